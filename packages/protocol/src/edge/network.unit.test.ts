import { describe, expect, it } from 'vitest';
import { addressBehind, networkOf } from './network.ts';

describe('the network of an address', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::FFFF:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8:1::3:4:5:6', '2001:db8:1:0::/64'],
    ['2001:db8:1:2:3:4:192.0.2.7', '2001:db8:1:2::/64'],
    ['64:ff9b::192.0.2.7', '64:ff9b:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['not an address', 'not an address'],
  ])('%s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});

describe('the address behind proxies', () => {
  it.each([
    [0, undefined, '10.0.0.1'],
    [0, '203.0.113.1', '10.0.0.1'],
    [1, '203.0.113.1', '203.0.113.1'],
    [1, '198.51.100.9, 203.0.113.1', '203.0.113.1'],
    [2, '198.51.100.9, 203.0.113.1', '198.51.100.9'],
    [2, '203.0.113.1', '203.0.113.1'],
    [1, undefined, '10.0.0.1'],
    [1, ' ', '10.0.0.1'],
  ])('of which %d are believed, told %s, is %s', (proxies, forwarded, address) => {
    expect(addressBehind(proxies, '10.0.0.1', forwarded)).toBe(address);
  });
});
