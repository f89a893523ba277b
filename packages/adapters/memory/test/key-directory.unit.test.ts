import { keyDirectoryContract } from '@sealpost/testing';
import { memory } from './memory.ts';

keyDirectoryContract(memory);
