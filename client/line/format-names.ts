/** One line for many places: each format is the words of one program. */
export const LINE_FORMATS = ['claude', 'tmux', 'waybar', 'swiftbar', 'starship', 'i3', 'json'] as const
export type LineFormat = (typeof LINE_FORMATS)[number]
