import { parseWithZod } from '@conform-to/zod/v4';
import { expect, test } from 'vitest';
import { type Lieu, lieuFrom } from '#app/domain/lieu.ts';
import { sectionSchema } from '#app/domain/section-schema.ts';
import { findSection } from '#app/domain/sections.ts';
import { loadCommunes } from '#app/reference/communes.ts';

const LIEU = lieuFrom({
  id: 'essai',
  nom: 'Médiathèque',
  commune: 'Saint-Denis',
  code_postal: '97400',
  code_insee: '97411',
  adresse: '1 Rue de Paris',
  services: ['Aide aux démarches administratives'],
  horaires: 'sur demande auprès du gardien',
});

test('what people type is mended by the rules of the import, the rest of the lieu included', () => {
  const { values } = submit('coordonnees', {
    telephone: '0262 59 39 85',
    site_web: 'www.saintdenis.re',
    adresse: '1 Rue de Paris',
  });
  expect(values).toMatchObject({ telephone: '+262262593985', site_web: ['https://www.saintdenis.re'] });
});

test.each([
  ['coordonnees', { telephone: '12' }, 'telephone', '04 75 58 29 13'],
  ['coordonnees', { courriels: 'a@b.fr\npas un courriel' }, 'courriels', 'pas un courriel'],
  ['coordonnees', { adresse: '' }, 'adresse', 'obligatoire'],
  ['identite', { nom: '   ' }, 'nom', 'obligatoire'],
  ['services', { services: 'Banane' }, 'services', 'liste'],
  ['presentation', { presentation_resume: 'é'.repeat(281) }, 'presentation_resume', '280'],
  ['acces', { prise_rdv: 'javascript:alert(1)' }, 'prise_rdv', 'adresse web'],
])('%s refuses %o with a reason on %s', (section, typed, field, words) => {
  const { errors } = submit(section, typed);
  expect(errors?.[field]?.join(' ')).toContain(words);
});

test('a commune that contradicts its postcode is said, never put back in silence', () => {
  const { errors } = submit('coordonnees', { commune: 'Marseille' });
  expect(errors?.commune?.join(' ')).toContain('« Marseille » ne va pas avec le code postal et le code INSEE');
  expect(submit('coordonnees', { commune: 'ST DENIS' }).errors).toBeUndefined();
  expect(submit('coordonnees', { commune: 'Saint-Denis CEDEX' }).values).toMatchObject({ commune: 'Saint-Denis' });
});

test('the INSEE code follows a lieu that moves to another commune', () => {
  const { values } = submit('coordonnees', { commune: 'Saint-Pierre', code_postal: '97410' });
  expect(values).toMatchObject({ commune: 'Saint-Pierre', code_postal: '97410', code_insee: '97416' });
});

test('a form says why a value is refused, not what an import would do with it', () => {
  const { errors } = submit('coordonnees', { latitude: '-21.385', longitude: '55.61' });
  expect(errors?.latitude?.join(' ')).toMatch(/^Ce point est à \d+ km de Saint-Denis\.$/);
});

test('hours that nobody can read are kept as they are when their section is saved', () => {
  const { values, errors } = submit('horaires', { horaires: LIEU.horaires ?? '' });
  expect(errors).toBeUndefined();
  expect(values).toEqual({ horaires: LIEU.horaires });
});

test('an emptied optional field becomes absent', () => {
  const { values } = submit('horaires', { horaires: '' });
  expect(values).toEqual({ horaires: null });
});

/** Sends the form of a section, as it is with what is typed over it. */
function submit(name: string, typed: Readonly<Record<string, string>>) {
  const section = findSection(name);
  if (!section) throw new Error(name);
  const form = new FormData();
  for (const field of section.fields) {
    const value = typed[field] ?? shown(LIEU, field);
    if (value !== '') form.append(field, value);
  }
  const schema = sectionSchema(section, { lieu: LIEU, communes: loadCommunes(), today: '2026-11-24' });
  const submission = parseWithZod(form, { schema });
  if (submission.status === 'success') return { values: submission.value, errors: undefined };
  return { values: undefined, errors: submission.error ?? {} };
}

function shown(lieu: Lieu, field: keyof Lieu): string {
  const value = lieu[field];
  return Array.isArray(value) ? value.join('\n') : String(value ?? '');
}
