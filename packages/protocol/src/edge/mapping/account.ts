import type { AccountRecord, Device, Link, Session } from '@sealpost/domain';
import type {
  AnswerOf,
  Calls,
  WireAccountRecord,
  WireLinkState,
  WireOwnDevice,
} from '../../index.ts';
import type { DeepReadonly } from '../deep-readonly.ts';

type WireSession = AnswerOf<Calls['sessions']>['sessions'][number];
type WireCertifiedDevice = WireAccountRecord['devices'][number];

function certifiedDevice(device: Device): WireCertifiedDevice[] {
  const { id, name, signatureKey, certificate, certifiedAt, revokedAt } = device;
  if (signatureKey === null || certificate === null || certifiedAt === null) return [];
  return [{ device: id, name, signatureKey, certificate, certifiedAt, revokedAt }];
}

export const wireAccountRecord = ({
  account,
  devices,
}: AccountRecord): DeepReadonly<WireAccountRecord> => ({
  account: account.id,
  handle: account.handle,
  accountKey: account.accountKey,
  deviceListVersion: account.deviceListVersion,
  devices: devices.flatMap(certifiedDevice),
});

export const wireOwnDevice = (device: Device): DeepReadonly<WireOwnDevice> => ({
  device: device.id,
  name: device.name,
  status: device.status,
  signatureKey: device.signatureKey,
  certificate: device.certificate,
  certifiedAt: device.certifiedAt,
  createdAt: device.createdAt,
  revokedAt: device.revokedAt,
});

export const wireLinkState = ({
  device,
  link,
}: {
  device: Device;
  link: Link | null;
}): DeepReadonly<WireLinkState> => ({
  device: wireOwnDevice(device),
  link: link && {
    linkKey: link.linkKey,
    commitment: link.commitment,
    offer: link.offer && { by: link.offer.by, nonce: link.offer.nonce },
    reveal: link.reveal,
  },
});

export const wireSession = (session: Session): WireSession => ({
  id: session.id,
  device: session.device,
  createdAt: session.createdAt,
  lastUsedAt: session.lastUsedAt,
  expiresAt: session.expiresAt,
});
