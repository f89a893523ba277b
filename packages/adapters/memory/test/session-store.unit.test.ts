import { sessionStoreContract } from '@sealpost/testing';
import { memory } from './memory.ts';

sessionStoreContract(memory);
