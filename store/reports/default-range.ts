/** So many days, ending today, a report is about unless its query says otherwise. */
export const DEFAULT_DAYS = 30
