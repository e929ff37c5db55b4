import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitLinks } from '#app/courriels/links.ts';

const linksOf = (text: string) => splitLinks(text).flatMap(({ href }) => href ?? []);

test.each([
  ['Ouvrez http://localhost:3000/connexion/lien/a-B_c1.', ['http://localhost:3000/connexion/lien/a-B_c1']],
  ['(https://exemple.fr/x?a=1&b=2), puis revenez', ['https://exemple.fr/x?a=1&b=2']],
  ['« https://exemple.fr/ » ou https://autre.fr/é', ['https://exemple.fr/', 'https://autre.fr/é']],
  ['javascript:alert(1) data:text/html,x //exemple.fr', []],
  ['http://', []],
])('addresses of %s', (text, links) => {
  expect(linksOf(text)).toEqual(links);
});

test('the pieces joined are the text, whatever it is', () => {
  const text = fc
    .array(
      fc.oneof(
        fc.string(),
        fc.constantFrom('https://exemple.fr/a', 'http://[::1]/?q=.'),
        fc.constantFrom('http://', 'https://[', ' ', '\n'),
      ),
    )
    .map((all) => all.join(''));
  fc.assert(
    fc.property(
      text,
      (value) =>
        splitLinks(value)
          .map((piece) => piece.text)
          .join('') === value,
    ),
  );
});
