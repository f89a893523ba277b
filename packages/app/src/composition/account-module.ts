import { JoseAccessTokens } from '@sealpost/adapter-jose';
import { Argon2PasswordHasher } from '@sealpost/adapter-password';
import {
  AccountDirectory,
  Authenticate,
  type CertificateBytes,
  EndDevices,
  EnrolDevice,
  IdentifyCaller,
  ImportAccounts,
  RevokedSessions,
} from '@sealpost/domain';
import { deviceCertificateBytes, logInProofBytes } from '@sealpost/protocol';
import { ContainerModule } from 'inversify';
import type { Config } from '../config/schema.ts';
import { faultRecord } from '../log/fault-record.ts';
import { Recurring } from '../runtime/recurring.ts';
import { bindFrom } from './bind-from.ts';
import { TOKENS } from './tokens.ts';

const {
  accounts,
  devices,
  sessions,
  clock,
  timers,
  random,
  digest,
  limits,
  log,
  fanOut,
  verifier,
  meter,
} = TOKENS;
const { passwords, accessTokens, revokedSessions } = TOKENS;

/** Within it, a withdrawn signing key is refused everywhere, and one that no living token needs is removed. */
const keyCareMs = 30_000;

const certificateBytes: CertificateBytes = ({ account, device, signatureKey, certifiedAt }) =>
  deviceCertificateBytes({
    accountId: account,
    deviceId: device,
    signatureKey,
    createdAtMs: certifiedAt,
  });

/** Accounts, devices and sessions: who somebody is, and whether they may come in. */
export const accountModule = (): ContainerModule =>
  new ContainerModule(({ bind }) => {
    bind(passwords).toResolvedValue(
      (config: Config) => new Argon2PasswordHasher(config.passwords),
      [TOKENS.config],
    );
    bindFrom(
      bind,
      accessTokens,
      { store: TOKENS.signingKeys, clock, random, limits },
      ({ limits: { accessTokenMs }, ...parts }) =>
        new JoseAccessTokens({ ...parts, accessTokenMs }),
    );
    bindFrom(
      bind,
      TOKENS.keyCare,
      { accessTokens, timers, log },
      (parts) =>
        new Recurring({
          run: () => parts.accessTokens.refresh(),
          everyMs: keyCareMs,
          timers: parts.timers,
          failed: (fault) => parts.log(faultRecord('signing keys', fault)),
        }),
    );
    bindFrom(
      bind,
      revokedSessions,
      { sessions, clock, timers, limits, log, connections: TOKENS.connections },
      (parts) =>
        new RevokedSessions({
          ...parts,
          accessTokenMs: parts.limits.accessTokenMs,
          onRevoked: (revoked) => parts.connections.closeSessions(revoked, 'session_revoked'),
          failed: (fault) => parts.log(faultRecord('reading revocations', fault)),
        }),
    );
    bind(TOKENS.identifyCaller).toResolvedValue(
      (...parts: ConstructorParameters<typeof IdentifyCaller>) => new IdentifyCaller(...parts),
      [accessTokens, revokedSessions, sessions, clock],
    );
    bindFrom(
      bind,
      TOKENS.authenticate,
      {
        accounts,
        devices,
        sessions,
        passwords,
        tokens: accessTokens,
        verifier,
        fanOut,
        clock,
        random,
        digest,
        meter,
        limits,
      },
      (parts) => new Authenticate({ ...parts, logInProofBytes }),
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
      { devices, accounts, fanOut, clock, random, limits, rosterWork: TOKENS.rosterWork },
      ({ rosterWork, ...parts }) =>
        new EndDevices({ ...parts, tasksWritten: () => rosterWork.wake() }),
    );
    bindFrom(
      bind,
      TOKENS.importAccounts,
      { accounts, passwords, random, clock },
      (parts) => new ImportAccounts(parts),
    );
    bind(TOKENS.accountDirectory).toResolvedValue(
      (...parts: ConstructorParameters<typeof AccountDirectory>) => new AccountDirectory(...parts),
      [accounts, devices],
    );
  });
