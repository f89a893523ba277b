import { expect } from 'vitest';
import { hex, type Bundle, type DeviceRef, type KeyDirectory } from '@sealpost/domain';
import { bytesOf, sha256Of } from '../../builders/bytes.ts';
import { aDeviceRef } from '../../builders/ids.ts';
import type { DirectoryModel, ModelBundle } from './directory-model.ts';

export const suite = 'plain-1';

/** The directory under test, and the devices and bundles that stand for the model's. */
export class RealDirectory {
  readonly keys: KeyDirectory;
  readonly devices: readonly DeviceRef[] = [aDeviceRef(), aDeviceRef()];
  /** Refs of the one-time bundles that were handed out. */
  readonly handedOut: string[] = [];

  constructor(keys: KeyDirectory) {
    this.keys = keys;
  }

  device(number: number): DeviceRef {
    return this.devices[number] ?? aDeviceRef();
  }

  bundle({ number, expiresAt }: ModelBundle): Bundle {
    const body = bytesOf(`bundle ${number} of ${this.device(0).device}`);
    return { ref: hex(sha256Of(body)), body, expiresAt };
  }

  ref(bundle: ModelBundle): string {
    return this.bundle(bundle).ref;
  }
}

/** What can be read of the directory is what the model has, and nothing left it twice. */
export async function expectAgreement(model: DirectoryModel, real: RealDirectory): Promise<void> {
  for (const [number, device] of real.devices.entries()) {
    const shelf = model.shelf(number);
    shelf.expire(model.now);
    expect(await real.keys.stock(device, suite, model.now)).toMatchObject(shelf.stock());
    expect(await real.keys.refs(device, suite, model.now)).toEqual({
      oneTime: shelf.oneTime.map((bundle) => real.ref(bundle)).toSorted(),
      lastResort: shelf.lastResort && real.ref(shelf.lastResort),
    });
  }
  expect(new Set(real.handedOut).size).toBe(real.handedOut.length);
}
