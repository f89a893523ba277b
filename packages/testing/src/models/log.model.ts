import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { StoresSubject } from '../contracts/subject.ts';
import { longScripts } from './command.ts';
import { append } from './log/append-command.ts';
import { LogModel } from './log/log-model.ts';
import { entry, expiring, find, heads, load, readAfter, readOn } from './log/reading-commands.ts';
import { RealLog } from './log/real-log.ts';
import { cut, restore, saveSnapshot, turn } from './log/writing-commands.ts';
import { limitMs, runScripts } from './run-scripts.ts';

const reading = [readOn, readOn, readAfter, load, heads, find, entry, expiring];
const scripts = fc.commands(
  [append, append, append, append, ...reading, saveSnapshot, restore, cut, turn, turn],
  longScripts,
);

/** Runs any sequence of calls on the log against a list of entries (G2–G5, G7, G9). */
export function logModelSuite(subject: StoresSubject, { runs }: { readonly runs: number }): void {
  describe(`ConversationLog against its model: ${subject.name}`, () => {
    it(
      'answers every sequence of calls as a list of entries would',
      () =>
        runScripts(subject, scripts, runs, ({ log }) => ({
          model: new LogModel(),
          real: new RealLog(log),
        })),
      limitMs,
    );
  });
}
