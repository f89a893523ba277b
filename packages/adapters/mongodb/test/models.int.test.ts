import { logModelSuite } from '@sealpost/testing';
import { needs } from '@sealpost/testing/parts';
import { describe } from 'vitest';
import { mongoSubject, TestServer } from './support/test-server.ts';

describe('a history in MongoDB', needs('mongodb'), () => {
  logModelSuite(mongoSubject(TestServer.forTheseTests()), { runs: 100 });
});
