// The codes of an authenticator app, by otplib. at is in seconds.
import { generateSync } from 'otplib';

export const totp = { code: ({ secret, at }) => ({ code: generateSync({ secret, epoch: +at }) }) };
