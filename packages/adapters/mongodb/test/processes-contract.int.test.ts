import { conversationLogContract } from '@sealpost/testing';
import { needs } from '@sealpost/testing/parts';
import { describe } from 'vitest';
import { mongoProcessesSubject, TestServer } from './support/test-server.ts';

describe('several processes on one MongoDB', needs('mongodb'), () => {
  conversationLogContract(mongoProcessesSubject(TestServer.forTheseTests()));
});
