import type { DeviceRef } from '@sealpost/domain';

/** What whoever claims bundles asks for. */
export interface Claiming {
  readonly accounts: readonly string[];
  readonly only: readonly string[] | null;
}

/** What they are told. */
export interface Claimed {
  readonly bundles: readonly {
    readonly device: DeviceRef;
    readonly ref: string;
    readonly lastResort: boolean;
  }[];
  readonly without: readonly DeviceRef[];
}
