import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, rmdirSync } from 'node:fs'
import { onTestFinished } from 'vitest'

/** Why no disk of a given size can be had here; undefined where one can. */
export function whyNoSmallDisk(): string | undefined {
  if (process.platform !== 'linux') return 'a small disk is a tmpfs of Linux'
  if (process.getuid?.() !== 0) return 'mounting a small disk needs root'
  const folder = newFolder()
  const { status } = mount(folder, 1)
  if (status === 0) unmount(folder)
  rmSync(folder, { recursive: true, force: true })
  return status === 0 ? undefined : 'root may not mount here'
}

/** A folder that is a disk of so many MiB, for the running test. Whatever uses it has to end before the test does. */
export function smallDisk(mib: number): string {
  const folder = newFolder()
  const { status, stderr } = mount(folder, mib)
  if (status !== 0) throw new Error(`No disk could be mounted: ${String(stderr)}`)
  onTestFinished(() => {
    unmount(folder)
    rmdirSync(folder)
  })
  return folder
}

/** Short: the path of a socket in it may have about a hundred characters. */
function newFolder(): string {
  return mkdtempSync('/tmp/forge-disk-')
}

function mount(folder: string, mib: number) {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${mib}m,mode=755`, 'forge-test', folder])
}

/** Also while something still has a file open there: it is gone when that ends. */
function unmount(folder: string): void {
  execFileSync('umount', ['--lazy', folder])
}
