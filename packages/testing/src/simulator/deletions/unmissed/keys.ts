import type { Unmissed } from './unmissed.ts';

export const keysUnmissed: Readonly<Record<string, Unmissed>> = {
  'keys/check-bundles.ts': {
    elsewhere: ['async digest(device: DeviceRef, suite: Suite): Promise<Bytes> { and 2 more'],
  },
  'keys/claim-bundles.ts': {
    counts: ["meter.count(lastResort ? 'last_resort_claimed' : 'bundles_claimed');"],
    bounds: ["if (targets.length > limit) return refuse({ code: 'too_many_devices', limit });"],
    rule: ["if (asking?.status !== 'certified') return refuse({ code: 'not_certified' });"],
  },
  'keys/upload-bundles.ts': {
    rule: ["if (stored?.status !== 'certified') return refuse({ code: 'not_certified' });"],
  },
};
