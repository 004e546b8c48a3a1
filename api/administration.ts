import type { z } from 'zod'
import { type KeyRow, keysAnswer, newKeyAnswer, type NewKeyRequest, ownKeyAnswer, revokeAnswer } from './keys.ts'
import {
  type MachineChangeAnswer,
  machineChangeAnswer,
  type MachineChangeRequest,
  type MachineChangeRow,
  machineChangesAnswer,
  machineUndoAnswer,
} from './machines.ts'
import { decisionAnswer, inviteAnswer, pairingAnswer, type PairingRow } from './pairing.ts'
import { INVITES_PATH, KEYS_PATH, MACHINE_CHANGES_PATH, MACHINES_PATH, OWN_KEY_PATH, PAIRINGS_PATH } from './paths.ts'
import { type ConnectOptions, posted, requester, type ServerAddress } from './request.ts'

export type MadeKey = z.output<typeof newKeyAnswer>

/** What an administrator may do on a server. Every failure is a Problem. */
export interface Administration {
  keys(): Promise<readonly KeyRow[]>
  addKey(wanted: NewKeyRequest): Promise<MadeKey>
  revokeKey(id: string): Promise<void>
  rotateKey(id: string, grace_s: number): Promise<MadeKey>
  /** The machine whose terminal shows this code. */
  findPairing(code: string): Promise<PairingRow>
  approvePairing(id: string, number: string): Promise<void>
  denyPairing(id: string): Promise<void>
  invite(label: string): Promise<Invite>
  /** Changes a machine by its name or id; with `preview` only says what would come of it. */
  changeMachine(machine: string, change: MachineChangeRequest): Promise<MachineChangeAnswer>
  machineChanges(): Promise<readonly MachineChangeRow[]>
  undoMachineChange(id: number): Promise<MachineChangeRow>
}

export type Invite = z.output<typeof inviteAnswer>

export function administration(address: ServerAddress, options: ConnectOptions = {}): Administration {
  const request = requester(address, options)
  const pairingPath = (id: string) => `${PAIRINGS_PATH}/${encodeURIComponent(id)}`
  const keyPath = (id: string) => `${KEYS_PATH}/${encodeURIComponent(id)}`
  return {
    keys: async () => (await request(KEYS_PATH, keysAnswer)).keys,
    addKey: (wanted) => request(KEYS_PATH, newKeyAnswer, posted(wanted)),
    revokeKey: async (id) => void (await request(keyPath(id), revokeAnswer, { method: 'DELETE' })),
    rotateKey: (id, grace_s) => request(`${keyPath(id)}/rotate`, newKeyAnswer, posted({ grace_s })),
    findPairing: (code) => request(`${PAIRINGS_PATH}/find`, pairingAnswer, posted({ code })),
    approvePairing: async (id, number) =>
      void (await request(`${pairingPath(id)}/approve`, decisionAnswer, posted({ number }))),
    denyPairing: async (id) => void (await request(`${pairingPath(id)}/deny`, decisionAnswer, posted({}))),
    invite: (label) => request(INVITES_PATH, inviteAnswer, posted({ label })),
    changeMachine: (machine, change) =>
      request(`${MACHINES_PATH}/${encodeURIComponent(machine)}/changes`, machineChangeAnswer, posted(change)),
    machineChanges: async () => (await request(MACHINE_CHANGES_PATH, machineChangesAnswer)).changes,
    undoMachineChange: async (id) =>
      (await request(`${MACHINE_CHANGES_PATH}/${id}/undo`, machineUndoAnswer, posted({}))).change,
  }
}

/** What a key may do about itself. */
export interface OwnKey {
  get(): Promise<KeyRow>
  revoke(): Promise<void>
  rotate(grace_s: number): Promise<MadeKey>
}

export function ownKey(address: ServerAddress, options: ConnectOptions = {}): OwnKey {
  const request = requester(address, options)
  return {
    get: () => request(OWN_KEY_PATH, ownKeyAnswer),
    revoke: async () => void (await request(OWN_KEY_PATH, revokeAnswer, { method: 'DELETE' })),
    rotate: (grace_s) => request(`${OWN_KEY_PATH}/rotate`, newKeyAnswer, posted({ grace_s })),
  }
}
