import type { Bytes, Device, Link, Timestamp } from '@sealpost/domain';

export interface StoredDevice {
  device: Device;
  link: Link | null;
  package: { readonly bytes: Bytes; readonly expiresAt: Timestamp } | null;
}
