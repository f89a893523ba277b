import { cursorStoreContract } from '@sealpost/testing';
import { memory } from './memory.ts';

cursorStoreContract(memory);
