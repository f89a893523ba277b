import fc from 'fast-check';
import { expect } from 'vitest';
import type { UploadOutcome } from '@sealpost/domain';
import { command, pick } from '../command.ts';
import type { DirectoryModel, ModelBundle, ModelShelf } from './directory-model.ts';
import { expectAgreement, suite, type RealDirectory } from './real-directory.ts';

const day = 24 * 60 * 60_000;
/** A fresh bundle, or one that the device made before: present or spent. */
const choice = fc.oneof(
  fc.record({ lifeMs: fc.constantFrom(day, 30 * day) }),
  fc.record({ again: fc.nat() }),
);
type Choice = { readonly lifeMs: number } | { readonly again: number };

/** No edge lets an expired bundle in. */
function chosen(model: DirectoryModel, device: number, choices: readonly Choice[]): ModelBundle[] {
  const alive = model.bundles.filter(
    (bundle) => bundle.device === device && bundle.expiresAt > model.now,
  );
  const bundles = choices.flatMap((item) =>
    'again' in item ? (pick(alive, item.again) ?? []) : model.make(device, item.lifeMs),
  );
  return [...new Set(bundles)];
}

/** Judges an upload as the port says, and keeps what it leaves. Numbers stand for refs. */
function judge(
  shelf: ModelShelf,
  oneTime: readonly ModelBundle[],
  lastResort: ModelBundle | null,
  limit: number,
): {
  readonly code: UploadOutcome['code'];
  readonly spent?: ModelBundle[];
  readonly present?: number;
} {
  const current = shelf.lastResort;
  const used = current?.used ? current.number : null;
  const spent = [
    ...oneTime.filter(({ number }) => shelf.spent.has(number) || number === used),
    ...(lastResort && shelf.spent.has(lastResort.number) ? [lastResort] : []),
  ];
  if (spent.length > 0) return { code: 'spent', spent };
  const fresh = oneTime.filter((bundle) => !shelf.has(bundle));
  const present = shelf.oneTime.length;
  if (present + fresh.length > limit) return { code: 'too_many', present };
  shelf.oneTime.push(...fresh);
  if (lastResort && !shelf.has(lastResort)) {
    if (used !== null) shelf.spent.add(used);
    shelf.lastResort = { ...lastResort, used: false };
  }
  return { code: 'stored' };
}

interface Script {
  readonly device: number;
  readonly oneTime: readonly Choice[];
  readonly lastResort: Choice | null;
  readonly limit: number;
}

async function give(script: Script, model: DirectoryModel, real: RealDirectory): Promise<void> {
  const { device, limit } = script;
  const shelf = model.shelf(device);
  shelf.expire(model.now);
  const [lastResort = null] = script.lastResort ? chosen(model, device, [script.lastResort]) : [];
  const oneTime = chosen(model, device, script.oneTime).filter((bundle) => bundle !== lastResort);
  const outcome = await real.keys.upload({
    device: real.device(device),
    suite,
    oneTime: oneTime.map((bundle) => real.bundle(bundle)),
    lastResort: lastResort && real.bundle(lastResort),
    now: model.now,
    limit,
  });
  const { code, spent = [], present } = judge(shelf, oneTime, lastResort, limit);
  const sorted = outcome.code === 'spent' ? { ...outcome, refs: outcome.refs.toSorted() } : outcome;
  const refs = spent.map((bundle) => real.ref(bundle)).toSorted();
  const expected = {
    stored: { stock: shelf.stock() },
    spent: { refs },
    too_many: { limit, present },
  };
  expect(sorted).toMatchObject({ code, ...expected[code] });
  await expectAgreement(model, real);
}

/** Uploads fresh bundles and such as were made before, some of which may be there. */
export const upload = fc
  .record<Script>({
    device: fc.nat({ max: 1 }),
    oneTime: fc.array(choice, { maxLength: 4 }),
    lastResort: fc.option(choice),
    limit: fc.integer({ min: 2, max: 8 }),
  })
  .map((script) =>
    command<DirectoryModel, RealDirectory>(`upload(${JSON.stringify(script)})`, (model, real) =>
      give(script, model, real),
    ),
  );
