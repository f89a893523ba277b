import { conversationLogContract } from '@sealpost/testing';
import { memory } from './memory.ts';

conversationLogContract(memory);
