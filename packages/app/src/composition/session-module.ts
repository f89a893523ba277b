import { JoseAccessTokens } from '@sealpost/adapter-jose';
import { Argon2PasswordHasher } from '@sealpost/adapter-password';
import { Authenticate, IdentifyCaller, RevokedSessions } from '@sealpost/domain';
import { logInProofBytes } from '@sealpost/protocol';
import { ContainerModule } from 'inversify';
import { faultRecord } from '../log/fault-record.ts';
import { Recurring } from '../runtime/recurring.ts';
import { bindFrom } from './bind-from.ts';
import { TOKENS } from './tokens.ts';

const { accessTokens, accounts, clock, config, connections, devices, digest, fanOut, limits, log } =
  TOKENS;
const { meter, passwords, random, revokedSessions, sessions, signingKeys, timers, verifier } =
  TOKENS;

/** Within it a withdrawn signing key is refused everywhere, an old one gets its successor, and one that no living token needs is removed. */
const keyCareMs = 30_000;

/** Who somebody is: passwords, tokens, sessions and their revocation. */
export const sessionModule = (): ContainerModule =>
  new ContainerModule(({ bind }) => {
    bindFrom(
      bind,
      passwords,
      { config },
      (parts) => new Argon2PasswordHasher(parts.config.passwords),
    );
    bindFrom(
      bind,
      accessTokens,
      { store: signingKeys, clock, random, limits, config },
      (parts) =>
        new JoseAccessTokens({
          ...parts,
          accessTokenMs: parts.limits.accessTokenMs,
          rotateAfterMs: parts.config.signingKeys.rotateAfterMs,
        }),
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
      { sessions, clock, timers, limits, log, connections },
      (parts) =>
        new RevokedSessions({
          ...parts,
          accessTokenMs: parts.limits.accessTokenMs,
          onRevoked: (revoked) => parts.connections.closeSessions(revoked, 'session_revoked'),
          failed: (fault) => parts.log(faultRecord('reading revocations', fault)),
        }),
    );
    bindFrom(
      bind,
      TOKENS.identifyCaller,
      { accessTokens, revokedSessions, sessions, clock },
      (parts) =>
        new IdentifyCaller(parts.accessTokens, parts.revokedSessions, parts.sessions, parts.clock),
    );
    const known = { accounts, devices, sessions, passwords, tokens: accessTokens, verifier };
    bindFrom(
      bind,
      TOKENS.authenticate,
      { ...known, fanOut, clock, random, digest, meter, limits },
      (parts) => new Authenticate({ ...parts, logInProofBytes }),
    );
  });
