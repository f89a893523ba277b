import {
  accountStoreContract,
  deploymentStoreContract,
  deviceStoreContract,
  sessionStoreContract,
  signingKeyStoreContract,
} from '@sealpost/testing';
import { postgresSubject } from './support/fresh-stores.ts';
import { TestServer } from './support/test-server.ts';

const subject = postgresSubject(TestServer.forThisFile());

accountStoreContract(subject);
deviceStoreContract(subject);
sessionStoreContract(subject);
signingKeyStoreContract(subject);
deploymentStoreContract(subject);
