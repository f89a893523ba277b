import type { DeviceRef } from '../shared/ids.ts';
import type { NotAccepting } from '../conversation/refusal.ts';

export type UploadRefusal =
  | { readonly code: 'spent'; readonly refs: readonly string[] }
  | { readonly code: 'too_many'; readonly limit: number; readonly present: number }
  /** The ref is not the SHA-256 of the body, or the body is empty, too long or expired. */
  | {
      readonly code: 'bad_bundle';
      readonly ref: string;
      readonly reason: 'digest' | 'size' | 'expired' | 'repeated';
    }
  | { readonly code: 'not_certified' };

export type ClaimRefusal =
  | NotAccepting
  | { readonly code: 'not_certified' }
  | { readonly code: 'too_many_devices'; readonly limit: number };

/** Devices that were asked for and have no bundle: they join by themselves later. */
export interface Claim<Bundle> {
  readonly bundles: readonly Bundle[];
  readonly without: readonly DeviceRef[];
}
