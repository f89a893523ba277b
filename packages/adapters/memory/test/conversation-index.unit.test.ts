import { conversationIndexContract } from '@sealpost/testing';
import { memory } from './memory.ts';

conversationIndexContract(memory);
