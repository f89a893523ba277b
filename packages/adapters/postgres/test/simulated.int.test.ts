import { simulatedOn } from '@sealpost/testing/simulator';
import { postgresSubject } from './support/fresh-stores.ts';
import { TestServer } from './support/test-server.ts';

simulatedOn(postgresSubject(TestServer.forThisFile()), { seeds: [1, 2, 3, 4, 5] });
