import { deviceStoreContract } from '@sealpost/testing';
import { memory } from './memory.ts';

deviceStoreContract(memory);
