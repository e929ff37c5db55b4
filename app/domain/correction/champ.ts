import type { Field } from '../standard.ts';
import { isSiret } from '../valeurs.ts';
import { mendCodeInsee, mendCodePostal, mendPivot } from './codes.ts';
import { mendCourriels, mendUrls } from './contacts.ts';
import { mendDegrees } from './coordonnees.ts';
import { mendDate } from './date.ts';
import { readHoraires } from './horaires.ts';
import { joinDistinct, mendClosedList } from './listes.ts';
import { mendTelephone } from './telephone.ts';
import { cleanText, type Mend } from './texte.ts';

/**
 * Mends the text of one field, written as in a CSV (`|` between the values of a list). `codePostal` tells the dialling
 * code. What cannot be mended comes back as it was, but for its spaces: validation then says why it will not do.
 */
export function mendText(field: Field, original: string, codePostal: string | null): Mend {
  const lines = field.name === 'presentation_resume' || field.name === 'presentation_detail';
  const cleaned = cleanText(original, { lines: lines || field.multiple || field.name === 'horaires' });
  if (cleaned.text === '') return cleaned;
  const mended = mendMeaning(field, cleaned.text, codePostal);
  return { text: mended.text, notes: [...cleaned.notes, ...mended.notes] };
}

function mendMeaning(field: Field, text: string, codePostal: string | null): Mend {
  if (field.values) return mendClosedList(text, field);
  switch (field.name) {
    case 'pivot':
      return mendPivot(text, isSiret);
    case 'code_postal':
      return mendCodePostal(text);
    case 'code_insee':
      return mendCodeInsee(text);
    case 'latitude':
    case 'longitude':
      return mendDegrees(text);
    case 'telephone':
      return mendTelephone(text, codePostal);
    case 'courriels':
      return mendCourriels(text);
    case 'site_web':
      return mendUrls(text, { multiple: true });
    case 'fiche_acces_libre':
    case 'prise_rdv':
      return mendUrls(text, { multiple: false });
    case 'date_maj':
      return mendDate(text);
    case 'horaires':
      return readHoraires(text);
    case 'autres_formations_labels':
      return mendOpenList(text);
    default:
      return { text, notes: [] };
  }
}

function mendOpenList(text: string): Mend {
  const values = text
    .split(/\s*[|\n]\s*/)
    .map((value) => value.trim())
    .filter((value) => value !== '');
  const joined = joinDistinct(values, []);
  return joined.text === text || joined.notes.length > 0 ? joined : { ...joined, notes: ['séparateurs nettoyés'] };
}
