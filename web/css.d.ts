/** Vite takes care of them. */
declare module '*.css'
