import { join } from 'node:path';
import type { Backends } from '@sealpost/app';
import type { Stores } from '@sealpost/domain';
import { readLog, type StoredLog } from '../harness/read-log.ts';
import { readLines } from '../harness/records.ts';
import type { AuditedDevice, Evidence } from './audit.ts';
import type { CrewDevice } from './crew.ts';
import type { JournalLine } from './journal.ts';

function conversationsIn(devices: readonly AuditedDevice[]): ReadonlySet<string> {
  return new Set(
    devices.flatMap(({ journal }) =>
      journal.flatMap((line) => ('conversation' in line ? [line.conversation] : [])),
    ),
  );
}

function audited({ folder, revoked }: CrewDevice): AuditedDevice | null {
  const journal = readLines<JournalLine>(join(folder, 'journal.jsonl'));
  const me = journal.find((line) => line.is === 'me');
  return me ? { account: me.account, device: me.device, active: revoked === 'no', journal } : null;
}

/** What the directory would still hand out. Asked of the first suite that any log uses: there is one. */
async function claimable(
  { keys }: Pick<Stores, 'keys'>,
  devices: readonly AuditedDevice[],
  suite: string,
): Promise<Evidence['claimable']> {
  const found: { device: string; ref: string }[] = [];
  for (const { account, device } of devices) {
    const { oneTime } = await keys.refs({ account, device }, suite, Date.now());
    found.push(...oneTime.map((ref) => ({ device, ref })));
  }
  return found;
}

/** Reads the journals and the store. */
export async function gatherEvidence(
  { stores }: Backends,
  crew: readonly CrewDevice[],
): Promise<Evidence> {
  const devices = crew.map(audited).filter((device) => device !== null);
  const logs = new Map<string, StoredLog>();
  for (const conversation of conversationsIn(devices)) {
    const log = await readLog(stores, conversation);
    if (log) logs.set(conversation, log);
  }
  const suite = logs.values().next().value?.state.suite;
  return {
    devices,
    logs,
    claimable: suite === undefined ? [] : await claimable(stores, devices, suite),
  };
}
