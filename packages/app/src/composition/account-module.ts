import {
  AccountDirectory,
  type CertificateBytes,
  EndDevices,
  EnrolDevice,
  ImportAccounts,
} from '@sealpost/domain';
import { deviceCertificateBytes } from '@sealpost/protocol';
import { ContainerModule } from 'inversify';
import { bindFrom } from './bind-from.ts';
import { TOKENS } from './tokens.ts';

const { accounts, clock, devices, fanOut, limits, passwords, random, rosterWork, verifier } =
  TOKENS;

const certificateBytes: CertificateBytes = ({ account, device, signatureKey, certifiedAt }) =>
  deviceCertificateBytes({
    accountId: account,
    deviceId: device,
    signatureKey,
    createdAtMs: certifiedAt,
  });

/** Accounts and their devices, from the first to the last. */
export const accountModule = (): ContainerModule =>
  new ContainerModule(({ bind }) => {
    bindFrom(
      bind,
      TOKENS.accountDirectory,
      { accounts, devices },
      (parts) => new AccountDirectory(parts.accounts, parts.devices),
    );
    bindFrom(
      bind,
      TOKENS.enrolDevice,
      { devices, accounts, verifier, fanOut, clock, limits },
      (parts) => new EnrolDevice({ ...parts, certificateBytes }),
    );
    bindFrom(
      bind,
      TOKENS.endDevices,
      { devices, accounts, fanOut, clock, random, limits, rosterWork },
      (parts) => new EndDevices({ ...parts, tasksWritten: () => parts.rosterWork.wake() }),
    );
    bindFrom(
      bind,
      TOKENS.importAccounts,
      { accounts, passwords, random, clock },
      (parts) => new ImportAccounts(parts),
    );
  });
