import { issueLabel } from './appels.ts';
import { isChampDeLieu, labelOfChamp, readChampValue } from './champ-de-lieu.ts';
import type { HorairesLus } from './horaires-lus.ts';
import type { FieldValue } from './lieu.ts';
import { wordsOf } from './review.ts';
import { labelOfIssue, readGenre } from './taches.ts';

/** A line of a lieu's journal for people: what was done, then one sentence per field. */
export interface JournalText {
  /** Follows the name of who did it: `a modifié la fiche`. */
  verbe: string;
  details: { label: string; sentence: string }[];
}

/**
 * Reads a line of the journal. An action that this version does not know is told by its own name, never hidden.
 * @param lus the hours that its revision tells
 */
export function describeJournal(action: string, detail: unknown, lus: HorairesLus): JournalText {
  const record = recordOf(detail);
  const changes = (value: unknown, tell = (change: string) => change) => changesIn(value, tell, lus);
  switch (action) {
    case 'modification':
      return {
        verbe: 'a modifié la fiche',
        details: [
          ...changes(record.en_ligne, (change) => `${change}, en ligne aussitôt`),
          ...changes(record.en_attente, (change) => `${change}, en attente de relecture`),
        ],
      };
    case 'modification_moderateur':
      return {
        verbe: 'a modifié la fiche en tant que modérateur',
        details: changes(record.en_ligne),
      };
    case 'decision':
      return { verbe: 'a relu une modification', details: decisionsIn(record.decisions, lus) };
    case 'signalement_traite':
      return {
        verbe: record.etat === 'sans_suite' ? 'a classé un signalement sans suite' : 'a traité un signalement',
        details:
          typeof record.reponse === 'string' && record.reponse !== ''
            ? [{ label: 'Réponse', sentence: `« ${record.reponse} »` }]
            : [],
      };
    case 'appel':
      return { verbe: `a appelé le lieu : ${issueLabel(record.issue)}`, details: [] };
    case 'invitation':
      return { verbe: `a invité une structure à tenir la fiche : ${nameOf(record.structure)}`, details: [] };
    case 'rattachement':
      return { verbe: `a accepté de tenir la fiche, pour la structure ${nameOf(record.structure)}`, details: [] };
    case 'fusion':
      return {
        verbe: `a fusionné une autre fiche dans celle-ci : ${nameOf(record.nom)}`,
        details: changes(record.en_ligne),
      };
    case 'fusionne':
      return { verbe: `a fusionné cette fiche dans une autre : ${nameOf(record.nom)}`, details: [] };
    case 'fusion_annulee':
      return {
        verbe: `a défait la fusion avec une autre fiche : ${nameOf(record.nom)}`,
        details: changes(record.en_ligne),
      };
    case 'import':
      return {
        verbe: record.revient === true ? 'a importé un fichier, qui remet ce lieu en ligne' : 'a importé un fichier',
        details: changes(record.en_ligne),
      };
    case 'import_annule':
      return { verbe: 'a annulé un import', details: changes(record.en_ligne) };
    case 'ferme':
      return { verbe: 'a fermé définitivement ce lieu', details: [] };
    case 'remis_en_ligne':
      return { verbe: 'a remis ce lieu en ligne', details: [] };
    case 'tache_fermee':
      return {
        verbe: `a fermé une tâche, « ${genreOf(record.genre)} »`,
        details: [{ label: 'Issue', sentence: labelOfIssue(String(record.genre), String(record.issue)) }],
      };
    case 'tache_rouverte':
      return { verbe: `a rouvert une tâche, « ${genreOf(record.genre)} »`, details: [] };
    default:
      return { verbe: `a fait : ${action.replaceAll('_', ' ')}`, details: [] };
  }
}

function genreOf(genre: unknown): string {
  return readGenre(String(genre))?.label ?? String(genre);
}

function nameOf(value: unknown): string {
  return typeof value === 'string' && value !== '' ? `« ${value} »` : 'lieu sans nom';
}

function changesIn(value: unknown, tell: (change: string) => string, lus: HorairesLus): JournalText['details'] {
  return recordsIn(value).map(({ champ, avant, apres }) => ({
    label: labelOf(champ),
    sentence: tell(`${quoted(champ, avant, lus)} devient ${quoted(champ, apres, lus)}`),
  }));
}

function decisionsIn(value: unknown, lus: HorairesLus): JournalText['details'] {
  return recordsIn(value).map((entry) => {
    const reason = typeof entry.motif === 'string' ? `, raison : « ${entry.motif} »` : '';
    const applied = 'apres' in entry ? `, la fiche dit maintenant ${quoted(entry.champ, entry.apres, lus)}` : '';
    return {
      label: labelOf(entry.champ),
      sentence: `${entry.decision === 'acceptee' ? 'accepté' : 'à corriger'}${reason}${applied}`,
    };
  });
}

function labelOf(champ: unknown): string {
  return typeof champ === 'string' && isChampDeLieu(champ) ? labelOfChamp(champ) : String(champ);
}

function quoted(champ: unknown, value: unknown, lus: HorairesLus): string {
  const words =
    typeof champ === 'string' && isChampDeLieu(champ) && (champ === 'permanences' || isFieldValue(value))
      ? wordsOf(champ, readChampValue(champ, value), lus)
      : JSON.stringify(value);
  return words === 'rien' ? words : `« ${words} »`;
}

function isFieldValue(value: unknown): value is FieldValue {
  if (value === null || typeof value === 'string' || typeof value === 'number') return true;
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function recordsIn(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.map(recordOf) : [];
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
