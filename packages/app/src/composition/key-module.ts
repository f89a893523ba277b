import { CheckBundles, ClaimBundles, UploadBundles } from '@sealpost/domain';
import { ContainerModule } from 'inversify';
import { bindFrom } from './bind-from.ts';
import { TOKENS } from './tokens.ts';

const { accounts, clock, devices, digest, fanOut, keys, limits, meter } = TOKENS;

/** The key bundles by which devices enter conversations. */
export const keyModule = (): ContainerModule =>
  new ContainerModule(({ bind }) => {
    bindFrom(
      bind,
      TOKENS.uploadBundles,
      { keys, devices, clock, digest, limits },
      (parts) => new UploadBundles(parts),
    );
    bindFrom(
      bind,
      TOKENS.claimBundles,
      { keys, devices, accounts, fanOut, clock, meter, limits },
      (parts) => new ClaimBundles(parts),
    );
    bindFrom(
      bind,
      TOKENS.checkBundles,
      { keys, clock, digest },
      (parts) => new CheckBundles(parts.keys, parts.clock, parts.digest),
    );
  });
