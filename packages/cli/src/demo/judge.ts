import { join } from 'node:path';
import { isReadable } from '@sealpost/domain';
import { loadConfig, openStores } from '@sealpost/app';
import { Searcher } from '../audit/search/searcher.ts';
import { readLog, type StoredLog } from '../harness/read-log.ts';
import { readLines } from '../harness/records.ts';
import type { ReceivedLine, SentLine } from './lines.ts';

export interface Verdict {
  readonly sent: number;
  readonly expected: number;
  readonly delivered: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly outOfOrder: number;
  readonly plaintextFound: number;
  /** Entries that a device has although it was not to read them. */
  readonly intruded: number;
  /** One stored message, column by column, as the server sees it. */
  readonly sample: Readonly<Record<string, string>>;
}

interface Device {
  readonly id: string;
  readonly account: string;
  readonly received: readonly ReceivedLine[];
}

type Opened = Awaited<ReturnType<typeof openStores>>;

async function plaintextFound(opened: Opened, marks: readonly string[]): Promise<number> {
  const searcher = new Searcher(marks.map((mark) => ({ name: 'mark', bytes: Buffer.from(mark) })));
  let found = 0;
  for await (const { value } of opened.everyValue())
    found += searcher.search(typeof value === 'string' ? Buffer.from(value) : value).length;
  return found;
}

/** Whether each device wrote down what it read in the order of the log, and each sender's messages in the order of sending. */
function disorder(devices: readonly Device[], sent: readonly (readonly SentLine[])[]): number {
  let wrong = 0;
  for (const { received } of devices) {
    const last = new Map<string, number>();
    const position = new Map(received.map(({ clientId, seq }) => [clientId, seq]));
    for (const { conversation, seq } of received) {
      if (seq <= (last.get(conversation) ?? 0)) wrong++;
      last.set(conversation, Math.max(seq, last.get(conversation) ?? 0));
    }
    for (const lines of sent) {
      const reached = new Map<string, number>();
      for (const { conversation, clientId } of lines) {
        const seq = position.get(clientId);
        if (seq === undefined) continue;
        if (seq < (reached.get(conversation) ?? 0)) wrong++;
        reached.set(conversation, seq);
      }
    }
  }
  return wrong;
}

/** Holds what the devices wrote into their own folders against the logs in the stores of these settings. Nothing else is looked at. */
export async function judge(
  settings: Readonly<Record<string, string>>,
  folders: readonly string[],
): Promise<Verdict> {
  const opened = await openStores(loadConfig({ env: settings }), () => undefined);
  try {
    const sent = folders.map((folder) => readLines<SentLine>(join(folder, 'sent.jsonl')));
    const received = folders.map((folder) =>
      readLines<ReceivedLine>(join(folder, 'received.jsonl')),
    );
    const all = sent.flat();
    const logs = new Map<string, StoredLog>();
    for (const conversation of new Set(all.map((line) => line.conversation))) {
      const log = await readLog(opened.stores, conversation);
      if (!log) throw new Error('a conversation of the demo has no log');
      logs.set(conversation, log);
    }
    const devices = await identify(opened, logs, received, folders);
    const marks = new Map(all.map(({ clientId, mark }) => [clientId, mark]));
    const tally = { expected: 0, delivered: 0, duplicated: 0, intruded: 0 };
    for (const [conversation, { state, entries }] of logs) {
      for (const entry of entries.filter(({ kind }) => kind === 'message')) {
        for (const device of devices) {
          const copies = device.received.filter(
            (line) => line.conversation === conversation && line.clientId === entry.clientId,
          );
          const may = isReadable(state, device.account, device.id, entry.seq);
          if (!may) tally.intruded += copies.length;
          else if (device.id !== entry.sender.device) {
            tally.expected++;
            if (
              copies.some(
                ({ seq, mark }) => seq === entry.seq && mark === marks.get(entry.clientId),
              )
            )
              tally.delivered++;
          }
          if (copies.length > 1) tally.duplicated += copies.length - 1;
        }
      }
    }
    const stored = new Set(
      [...logs.values()].flatMap(({ entries }) => entries.map(({ clientId }) => clientId)),
    );
    const unstored = all.filter(({ clientId }) => !stored.has(clientId)).length;
    return {
      sent: all.length,
      ...tally,
      lost: tally.expected - tally.delivered + unstored,
      outOfOrder: disorder(devices, sent),
      plaintextFound: await plaintextFound(
        opened,
        all.map(({ mark }) => mark),
      ),
      sample: sampleOf([...logs.values()][0]),
    };
  } finally {
    await opened.stop();
  }
}

/** Which device wrote which folder: found by the client ids that it sent, or by who it is in the keys. */
async function identify(
  opened: Opened,
  logs: ReadonlyMap<string, StoredLog>,
  received: readonly (readonly ReceivedLine[])[],
  folders: readonly string[],
): Promise<Device[]> {
  const devices = new Map<string, string>();
  for (const { state } of logs.values())
    for (const [id, { account }] of state.devices) devices.set(id, account);
  return folders.map((folder, index) => {
    const [me] = readLines<{ device: string }>(join(folder, 'device.jsonl'));
    const account = me && devices.get(me.device);
    if (!me || account === undefined) throw new Error('a device of the demo is in no conversation');
    return { id: me.device, account, received: received[index] ?? [] };
  });
}

function sampleOf(log: StoredLog | undefined): Record<string, string> {
  const entry = log?.entries.find(({ kind }) => kind === 'message');
  if (!entry) return {};
  const { parts, digest, ...envelope } = entry;
  const shown: Record<string, string> = {};
  for (const [name, value] of Object.entries(envelope)) shown[name] = JSON.stringify(value);
  shown['digest'] = `${Buffer.from(digest).toString('hex').slice(0, 32)}…`;
  shown['parts'] = parts
    .map(
      ({ audience, bytes }) =>
        `for ${String(audience)}: ${bytes.length} bytes ${Buffer.from(bytes).toString('hex').slice(0, 64)}…`,
    )
    .join(', ');
  return shown;
}
