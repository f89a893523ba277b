import {
  conversationIndexContract,
  conversationLogContract,
  cursorStoreContract,
} from '@sealpost/testing';
import { postgresSubject } from './support/fresh-stores.ts';
import { TestServer } from './support/test-server.ts';

const subject = postgresSubject(TestServer.forThisFile());

conversationLogContract(subject);
conversationIndexContract(subject);
cursorStoreContract(subject);
