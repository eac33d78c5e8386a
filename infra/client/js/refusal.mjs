// Finds the sentence for the user in Cognito's error for a refused sign-up or
// sign-in. One file without dependencies, for browsers, React Native and Node.
//
//   import { decode, decodeURL } from './refusal.mjs';
//
//   try { await signUp(…); } catch (error) {
//     const refused = decode(error);
//     // { trigger: 'PreSignUp', sentence: 'Please give an e-mail address', code: 'email-missing' }
//     if (refused) show(myWords[refused.code] ?? refused.sentence);
//   }
//
//   const refused = decodeURL(location.href);    // on the page that Cognito redirects to
//
// Cognito wraps the sentence: "PreSignUp failed with error <sentence>." in the
// API, the same as error_description in the redirect of managed login. SDKs add
// words of their own.
//
// A table finds the code by the sentence: the program's English, or the table that
// `go run ./infra/cmd/ops explain --json --stage NAME` writes, which has the
// stage's own sentences in every locale. If the stage says showCode: true, the
// sentence ends in its code, "[email-missing]", and needs no table. The code is ''
// if neither has it, or if two codes share the sentence.
//
// Any attacker can write a URL. So decodeURL returns only sentences that the table
// has, and '' for any other text, and your page never shows foreign words. Show
// either as text, never as HTML.

/**
 * Decodes an error of an SDK, or its message. Returns null if it is no refusal of
 * a trigger: another error, or a function that did not run.
 *
 * @param {string|{message?: unknown}} error
 * @param {Record<string, Record<string, string>>} [table] code, locale, sentence
 * @returns {{trigger: string, sentence: string, code: string}|null}
 */
export function decode(error, table = ENGLISH) {
  const text = typeof error === 'string' ? error : error?.message;
  if (typeof text !== 'string') return null;
  const found = WRAPPER.exec(text);
  if (!found) return null;
  const start = found.index + found[0].length;
  const rest = text.slice(start, start + LONGEST);
  const end = rest.search(BEHIND);
  const whole = (end < 0 ? rest : rest.slice(0, end)).trim().replace(/\.$/, '');
  const suffix = SUFFIX.exec(whole);
  const sentence = suffix ? whole.slice(0, suffix.index) : whole;
  return { trigger: found[1], sentence, code: suffix ? suffix[1] : codeOf(sentence, table) };
}

/**
 * Decodes the address of the page that managed login redirects to: a URL, or its
 * query or fragment. Returns null if it carries no trigger's refusal.
 *
 * @param {string|URL} url
 * @param {Record<string, Record<string, string>>} [table]
 * @returns {{trigger: string, sentence: string, code: string}|null}
 */
export function decodeURL(url, table = ENGLISH) {
  const [rest, fragment = ''] = split(String(url), '#');
  const [path, query = path] = split(rest, '?');
  for (const part of [query, fragment]) {
    const refused = decode(new URLSearchParams(part).get('error_description') ?? '', table);
    if (!refused) continue;
    return onlyKnown(refused, table);
  }
  return null;
}

// The triggers' names, with which Cognito's sentences begin.
const WRAPPER = new RegExp(
  '\\b(PreSignUp|PostConfirmation|PreAuthentication|PostAuthentication|PreTokenGeneration|UserMigration|CustomMessage|' +
    'DefineAuthChallenge|CreateAuthChallenge|VerifyAuthChallengeResponse|CustomSMSSender|CustomEmailSender|InboundFederation) failed with error ',
);

// What SDKs add after the sentence: Java's service and request, the end of a
// JSON text, another line.
const BEHIND = / ?\(Service: |" ?[,}]|[\r\n]/;

// Longer than any sentence with its code, so that a long URL costs no time.
const LONGEST = 1000;

const SUFFIX = / \[([a-z][a-z0-9-]{0,39})\]$/;

/** Removes from a refusal what the table does not have. */
function onlyKnown({ trigger, sentence, code }, table) {
  const said = codesOf(sentence, table);
  return {
    trigger,
    sentence: said.length > 0 && (code === '' || said.includes(code)) ? sentence : '',
    code: Object.hasOwn(table, code) ? code : '',
  };
}

function split(text, mark) {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function codesOf(sentence, table) {
  return Object.keys(table).filter((code) => Object.values(table[code]).includes(sentence));
}

function codeOf(sentence, table) {
  const codes = codesOf(sentence, table);
  return codes.length === 1 ? codes[0] : '';
}

/**
 * The program's own sentences. Written by `go test ./infra/client/refusal -update`.
 */
export const ENGLISH = {
  // begin
  'account-disabled': { en: 'This account is disabled, please contact support' },
  'attribute-form': { en: 'One of the fields is not filled in as it should be, please check them' },
  'attribute-length': { en: 'One of the fields is too short or too long, please check them' },
  'attribute-missing': { en: 'Please fill in all required fields' },
  'attribute-privileged': { en: 'Sign-up with these details is not possible, please contact support' },
  'challenge-expired': { en: 'The check against automated sign-ups took too long, please check your clock and try again' },
  'challenge-invalid': { en: 'The check against automated sign-ups failed, please try again' },
  'challenge-missing': { en: 'This app is too old to sign up with, please update it or reload the page' },
  'email-disposable': { en: 'Disposable e-mail addresses are not accepted, please use a lasting one' },
  'email-domain-denied': { en: 'Addresses of this e-mail provider are not accepted, please use a different one' },
  'email-domain-not-allowed': { en: 'Sign-up is for addresses of certain organisations only, please use yours' },
  'email-missing': { en: 'Please give an e-mail address' },
  'email-relay': { en: 'Forwarding addresses are not accepted here, please use your own e-mail address' },
  'email-role': { en: 'Please use a personal e-mail address instead of a shared one' },
  'email-unusable': { en: 'This e-mail address cannot be used, please check it' },
  'invite-expired': { en: 'This invitation has expired, please ask for a new one' },
  'invite-invalid': { en: 'This invitation cannot be used with this e-mail address, please check both' },
  'invite-missing': { en: 'Sign-up is by invitation only, please use the link in your invitation' },
  'name-waits': { en: 'You have an account already: please sign in with the password that you have' },
  'phone-cost': { en: 'This kind of phone number is not accepted, please use a mobile or home number' },
  'phone-country': { en: 'Phone numbers of this country are not accepted' },
  'phone-missing': { en: 'Please give a phone number' },
  'phone-unusable': { en: 'This phone number cannot be used, please write it with + and the country code' },
  'provider-not-allowed': { en: 'Signing up through this provider is not possible, please use a different way' },
  'sign-in-unavailable': { en: 'Sign-in is not possible right now, please try again later' },
  'sign-up-closed': { en: 'Sign-up is closed at the moment' },
  'unavailable': { en: 'Sign-up is not possible right now, please try again later' },
  'username-length': { en: 'This user name is too short or too long' },
  'username-look-alike': { en: 'This user name can be mistaken for another one, please use letters of one alphabet' },
  'username-reserved': { en: 'This user name cannot be chosen, please choose a different one' },
  'username-unusable': { en: 'This user name cannot be used, please use letters and digits' },
  // end
};
