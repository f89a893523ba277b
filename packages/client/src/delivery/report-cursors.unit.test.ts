import { expect, it } from 'vitest';
import type { Core } from '../core/ports.ts';
import { ReportCursors } from './report-cursors.ts';

it('says again what did not arrive, with what was noted since', async () => {
  const timers: (() => void)[] = [];
  const core = {
    timers: { after: (_: number, run: () => void) => (timers.push(run), () => undefined) },
  };
  const sent: unknown[][] = [];
  let online = false;
  const cursors = new ReportCursors(core as unknown as Core, async (reports) => {
    if (!online) throw new Error('offline');
    sent.push(reports);
    return { ok: true };
  });
  const elapse = async (): Promise<void> => {
    for (const run of timers.splice(0)) run();
    await new Promise((resolve) => setImmediate(resolve));
  };
  cursors.note({ conversation: 'c', incarnation: 1, delivered: 3, read: 2, shown: 2 });
  await elapse();
  cursors.note({ conversation: 'c', incarnation: 1, delivered: 4 });
  online = true;
  await elapse();
  expect(sent).toEqual([[{ conversation: 'c', incarnation: 1, delivered: 4, read: 2, shown: 2 }]]);
  await elapse();
  expect(timers).toEqual([]);
});
