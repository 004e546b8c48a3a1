/**
 * The sentence for a file that cannot be read, or undefined for one that is gone: files come and go while they are
 * listed. Throws again what is no error of the file system.
 */
export function fileProblem(path: string, error: unknown): string | undefined {
  const { code, syscall } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return undefined
  if (code === undefined || syscall === undefined) throw error
  return `Cannot read ${path} (${code}). Check that it belongs to you; the other files were read.`
}
