/** A home folder itself, as a project: its name would be the user's. */
export const HOME_PROJECT = '~'
