import { keyDirectoryContract } from '@sealpost/testing';
import { postgresSubject } from './support/fresh-stores.ts';
import { TestServer } from './support/test-server.ts';

keyDirectoryContract(postgresSubject(TestServer.forThisFile()));
