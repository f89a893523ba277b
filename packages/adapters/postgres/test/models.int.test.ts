import { keyDirectoryModelSuite, logModelSuite } from '@sealpost/testing';
import { postgresSubject } from './support/fresh-stores.ts';
import { TestServer } from './support/test-server.ts';

const subject = postgresSubject(TestServer.forThisFile());

logModelSuite(subject, { runs: 25 });
keyDirectoryModelSuite(subject, { runs: 25 });
