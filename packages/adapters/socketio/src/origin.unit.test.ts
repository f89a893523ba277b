import { describe, expect, it } from 'vitest';
import { isAllowedOrigin } from './origin.ts';

describe('isAllowedOrigin', () => {
  it('takes who is no page, the own host and what is listed', () => {
    expect(isAllowedOrigin(undefined, 'chat.example.org', [])).toBe(true);
    expect(isAllowedOrigin('https://chat.example.org', 'Chat.Example.org', [])).toBe(true);
    expect(isAllowedOrigin('http://127.0.0.1:8080', '127.0.0.1:8080', [])).toBe(true);
    expect(
      isAllowedOrigin('https://app.example.org', 'chat.example.org', ['https://app.example.org']),
    ).toBe(true);
  });

  it('takes no other host, port, scheme or opaque origin', () => {
    const foreign = [
      'https://chat.example.org.evil.org',
      'https://evil.org/chat.example.org',
      'https://chat.example.org:444',
      'https://chat.example.org@evil.org',
      'null',
      '',
      'chat.example.org',
    ];
    for (const origin of foreign)
      expect(isAllowedOrigin(origin, 'chat.example.org', ['https://app.example.org'])).toBe(false);
    expect(
      isAllowedOrigin('http://app.example.org', 'chat.example.org', ['https://app.example.org']),
    ).toBe(false);
    expect(isAllowedOrigin('https://chat.example.org', undefined, [])).toBe(false);
  });
});
