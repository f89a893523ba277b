import { renameSync, writeFileSync } from 'node:fs';
import { compareHistories, moveHistory, surveyHistory } from '@sealpost/app';
import { type MoveFindings, type MoveSurvey, nothingMoved } from '@sealpost/domain';
import { UsageError } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { serverOptions } from '../server-options.ts';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/**
 * Moves the history of conversations from one store to another, or back, while servers run that know of both. It can be
 * broken off and run again at any time. With --dry-run it only says what it would move, with --verify it only compares
 * what both have.
 */
export async function migrateHistory(args: string[]): Promise<number> {
  const { loaded, flags, values } = serverOptions(args, {
    flags: ['dry-run', 'verify'],
    values: ['from', 'to', 'pause', 'at-once', 'metrics'],
  });
  if (flags.has('verify')) {
    const { conversations, entries, differing } = await compareHistories(loaded.config);
    say(`verify: conversations=${conversations} entries=${entries} differing=${differing}`);
    return differing > 0 ? exitCodes.failed : exitCodes.done;
  }
  const [from, to] = [values.get('from'), values.get('to')];
  if (from === undefined || to === undefined)
    throw new UsageError('Both --from and --to are needed, each with the name of an adapter.');
  const survey = await surveyHistory(loaded.config, { from, to });
  if (flags.has('dry-run')) {
    say(announcement(from, to, survey));
    return exitCodes.done;
  }
  const order = {
    from,
    to,
    pauseMs: wholeNumber('pause', values.get('pause') ?? '0', 0, 60_000),
    atOnce: wholeNumber('at-once', values.get('at-once') ?? '4', 1, 64),
  };
  const tell = metricsTo(values.get('metrics'));
  tell(nothingMoved, false);
  const found = await moveHistory(loaded.config, order, (soFar) => {
    say(progress(soFar, survey));
    tell(soFar, false);
  });
  const isFinished = found.differing === 0;
  tell(found, isFinished);
  say(verdict(order, found, isFinished));
  return isFinished ? exitCodes.done : exitCodes.failed;
}

const announcement = (
  from: string,
  to: string,
  { conversations, there, entries }: MoveSurvey,
): string =>
  `migrate-history --dry-run: from=${from} to=${to} conversations=${conversations} to_move=${conversations - there} there=${there} entries=${entries}`;

/** What is founded or written meanwhile comes on top of what there was when it began. */
const progress = (soFar: MoveFindings, { conversations, entries }: MoveSurvey): string =>
  [
    `${soFar.conversations} of ${Math.max(conversations, soFar.conversations)} conversations`,
    `${soFar.entries} of ${Math.max(entries, soFar.entries)} entries`,
  ].join(', ');

const verdict = (
  { from, to }: { readonly from: string; readonly to: string },
  { conversations, moved, there, differing, entries, closedMs }: MoveFindings,
  isFinished: boolean,
): string =>
  [
    `migrate-history: from=${from} to=${to} conversations=${conversations} moved=${moved} there=${there}`,
    `differing=${differing} entries=${entries} closed_ms=${closedMs} finished=${isFinished ? 'yes' : 'no'}`,
  ].join(' ');

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most)
    throw new UsageError(`--${name} is an integer from ${least} to ${most}.`);
  return value;
}

/** Writes a file for node_exporter's textfile collector, whole or not at all. */
const metricsTo =
  (file: string | undefined) =>
  (found: MoveFindings, isFinished: boolean): void => {
    if (file === undefined) return;
    writeFileSync(`${file}.new`, metrics(found, isFinished));
    renameSync(`${file}.new`, file);
  };

const metrics = (found: MoveFindings, isFinished: boolean): string =>
  (
    [
      ['conversations', 'Conversations that were looked at', found.conversations],
      ['moved_conversations', 'Conversations that are in the target', found.moved + found.there],
      ['differing_conversations', 'Conversations left where they were', found.differing],
      ['copied_entries', 'Entries that were copied and compared', found.entries],
      ['closed_ms', 'The longest time that a conversation took no entries', found.closedMs],
      ['finished', 'Whether the whole history is in the target', isFinished ? 1 : 0],
    ] as const
  )
    .map(([name, help, value]) => {
      const metric = `sealpost_history_${name}`;
      return `# HELP ${metric} ${help}\n# TYPE ${metric} gauge\n${metric} ${value}\n`;
    })
    .join('');
