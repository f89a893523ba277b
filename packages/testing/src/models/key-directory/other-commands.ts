import fc from 'fast-check';
import { expect } from 'vitest';
import { command } from '../command.ts';
import type { DirectoryModel, ModelBundle, ModelShelf } from './directory-model.ts';
import { expectAgreement, suite, type RealDirectory } from './real-directory.ts';

type DirectoryCommand = fc.AsyncCommand<DirectoryModel, RealDirectory>;

/** The next bundle of the queue, or the last resort. */
function take(
  shelf: ModelShelf,
): { readonly bundle: ModelBundle; readonly lastResort: boolean } | null {
  const next = shelf.oneTime.shift();
  if (next) {
    shelf.spent.add(next.number);
    return { bundle: next, lastResort: false };
  }
  if (!shelf.lastResort) return null;
  shelf.lastResort = { ...shelf.lastResort, used: true };
  return { bundle: shelf.lastResort, lastResort: true };
}

async function claimFor(
  devices: readonly number[],
  model: DirectoryModel,
  real: RealDirectory,
): Promise<void> {
  const claimed = await real.keys.claim(
    devices.map((device) => real.device(device)),
    suite,
    model.now,
  );
  const expected = devices.flatMap((device) => {
    const shelf = model.shelf(device);
    shelf.expire(model.now);
    const taken = take(shelf);
    return taken
      ? { ref: real.ref(taken.bundle), device: real.device(device), lastResort: taken.lastResort }
      : [];
  });
  expect(claimed.map(({ ref, device, lastResort }) => ({ ref, device, lastResort }))).toEqual(
    expected,
  );
  real.handedOut.push(...claimed.filter(({ lastResort }) => !lastResort).map(({ ref }) => ref));
  await expectAgreement(model, real);
}

/** Claims for the devices named, in their order. */
export const claim: fc.Arbitrary<DirectoryCommand> = fc
  .shuffledSubarray([0, 1], { minLength: 1 })
  .map((devices) =>
    command(`claim(${devices.join()})`, (model, real) => claimFor(devices, model, real)),
  );

export const wait: fc.Arbitrary<DirectoryCommand> = fc.constantFrom(1, 6, 20, 24).map((hours) =>
  command(`wait(${hours} h)`, async (model, real) => {
    model.now += hours * 60 * 60_000;
    await expectAgreement(model, real);
  }),
);

async function voidAll(model: DirectoryModel, real: RealDirectory): Promise<void> {
  const { directoryEpoch } = await real.keys.stock(real.device(0), suite, model.now);
  expect(await real.keys.voidOneTime()).toBeGreaterThan(directoryEpoch);
  for (const shelf of model.shelves) {
    shelf.expire(model.now);
    shelf.spendOneTime();
  }
  await expectAgreement(model, real);
}

/** Restores the deployment: one-time bundles are void. */
export const restore: fc.Arbitrary<DirectoryCommand> = fc.constant(command('restore()', voidAll));

export const drop: fc.Arbitrary<DirectoryCommand> = fc.nat({ max: 1 }).map((device) =>
  command(`drop(${device})`, async (model, real) => {
    await real.keys.drop(real.device(device));
    const shelf = model.shelf(device);
    shelf.expire(model.now);
    shelf.spendOneTime();
    if (shelf.lastResort) shelf.spent.add(shelf.lastResort.number);
    shelf.lastResort = null;
    await expectAgreement(model, real);
  }),
);
