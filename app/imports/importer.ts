import { createHash } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import { type CorrectionContext, correctLigne } from '#app/domain/correction/ligne.ts';
import { isPlaceholder } from '#app/domain/correction/texte.ts';
import { parisDay } from '#app/domain/exports.ts';
import { fieldToCell } from '#app/domain/formats.ts';
import { isEmpty, type Lieu } from '#app/domain/lieu.ts';
import { droitOnLieu } from '#app/domain/permissions.ts';
import { FIELDS, type FieldName, fieldOf } from '#app/domain/standard.ts';
import type { ChoixColonnes } from '#app/domain/tableau/colonnes.ts';
import type { CommuneIndex } from '#app/domain/territoire.ts';
import {
  type ImportCounts,
  type ImportedLieu,
  type ImportFinding,
  type ImportOptions,
  importLieux,
  type RefusedLigne,
} from '#db/imports.ts';
import type { DB } from '#db/types.ts';
import { FichierIllisible } from './fichier-illisible.ts';
import { type Ligne, readTableau, type Tableau } from './lecture.ts';
import { type Auteur, horsTerritoire, refusOfPlace } from './portee.ts';
import type { LigneRapport } from './rapport.ts';

/** What an import did. `publiques`, `a_completer`, `refusees` and `doublons` add up to `lignes`. */
export interface Bilan {
  lignes: number;
  publiques: number;
  a_completer: number;
  refusees: number;
  doublons: number;
  nouvelles: number;
  modifiees: number;
  inchangees: number;
  /** Lieux that the public does not see, whatever the file says: closed, merged or hidden. */
  hors_ligne: number;
  /** Values that were there and are empty now. */
  videes: number;
  /** Lieux that were public and no longer are. */
  depubliees: number;
  /** Lieux that the file of their source no longer has, newly flagged. */
  absents: number;
  /** Lieux that were flagged so, and that it has again. */
  revenus: number;
}

export interface ImportRequest {
  bytes: AsyncIterable<Uint8Array>;
  /** Where the file is: a workbook is read from its end. Null where it is nowhere. */
  chemin: string | null;
  /** The file's name, for the record. */
  fichier: string;
  /** Where the lieux come from; without it each row's own `source` says it, else the file's name. */
  source: string | null;
  simuler: boolean;
  lancePar: string | null;
  /** What columns with names of their own mean. */
  choix?: ChoixColonnes;
  communes: CommuneIndex;
  now: Date;
  /** Whose territory the file is kept to; without it anything is written. */
  auteur?: Auteur;
  /** False where the file has a part of the lieux of its sources only. */
  complet?: boolean;
  onRapport(ligne: LigneRapport): void;
  onIssue?: ImportOptions['onIssue'];
  onAbsents?: ImportOptions['onAbsents'];
  /** Last in the transaction of an import that is not simulated. */
  onApplique?(trx: Transaction<DB>, done: Bilan & Pick<ImportCounts, 'lotId'>): Promise<void>;
  onProgress?(etape: 'lecture' | 'ecriture', lignes: number): void;
}

/**
 * Reads a file of lieux, mends and checks every row, and brings what can be kept into the database in one transaction.
 * @throws {FichierIllisible} where the file is no table of lieux; nothing is written then
 */
export async function importFichier(
  db: Kysely<DB>,
  request: ImportRequest,
): Promise<Bilan & Pick<ImportCounts, 'lotId'>> {
  const hash = createHash('sha256');
  const tableau = await readTableau({ bytes: hashed(request.bytes, hash), chemin: request.chemin }, request.choix);
  const today = parisDay(request.now);
  sayColonnes(tableau, request.onRapport);
  const bilan = { lignes: 0, publiques: 0, a_completer: 0, refusees: 0 };
  const counts = await importLieux(db, {
    ...request,
    today,
    absents: new Set(tableau.colonnes.missing),
    complet: request.complet ?? true,
    portee: request.auteur?.portee ?? null,
    ...(request.auteur && { droit: droitsOf(request.auteur) }),
    lignes: readLieux(tableau, { ...request, today, bilan }),
    onApplique: async (trx, counts) => request.onApplique?.(trx, { ...bilan, ...counts }),
    lot: () => ({
      source: request.source,
      fichier: request.fichier,
      sha256: hash.copy().digest('hex'),
      lancePar: request.lancePar,
    }),
    onFinding(finding) {
      // A row that gives way to another of the same key counts as that only.
      if (finding.kind === 'doublon') bilan[finding.verdict === 'public' ? 'publiques' : 'a_completer'] -= 1;
      if (finding.kind === 'complete') {
        bilan.a_completer -= 1;
        bilan.publiques += 1;
      }
      if (finding.kind === 'hors_territoire') {
        bilan[finding.verdict === 'public' ? 'publiques' : 'a_completer'] -= 1;
        bilan.refusees += 1;
      }
      request.onRapport(toRapport(finding, request.auteur));
    },
  });
  sayEncodage(tableau, request.onRapport);
  return { ...bilan, ...counts };
}

async function* hashed(
  bytes: AsyncIterable<Uint8Array>,
  hash: ReturnType<typeof createHash>,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    hash.update(chunk);
    yield chunk;
  }
}

function droitsOf({ portee }: Auteur): NonNullable<ImportOptions['droit']> {
  return (place) => droitOnLieu(portee, place);
}

type Reading = Pick<ImportRequest, 'source' | 'fichier' | 'communes' | 'onRapport' | 'auteur'> & {
  today: string;
  bilan: Pick<Bilan, 'lignes' | 'publiques' | 'a_completer' | 'refusees'>;
};

async function* readLieux(tableau: Tableau, reading: Reading): AsyncGenerator<ImportedLieu | RefusedLigne> {
  const { bilan, fichier, source, communes, today } = reading;
  for await (const ligne of tableau.lignes) {
    bilan.lignes += 1;
    const id = ligne.texts.id?.trim() ?? '';
    if (ligne.anomalie?.verdict === 'refuse') {
      bilan.refusees += 1;
      reading.onRapport({ ligne: ligne.ligne, id, champ: '', valeur: '', ...ligne.anomalie });
      continue;
    }
    const { lieu, verdict } = correct(ligne, reading, { communes, today, unreviewed: true });
    const origine = source ?? lieu.source ?? nameOf(fichier);
    const refus = verdict === 'refusee' || !reading.auteur ? null : refusOfPlace(lieu, reading.auteur, communes);
    if (refus !== null) {
      const place = { champ: 'commune', valeur: lieu.commune ?? '' };
      reading.onRapport({ ligne: ligne.ligne, id, ...place, verdict: 'refuse', message: refus });
    }
    if (verdict === 'refusee' || refus !== null) {
      bilan.refusees += 1;
      if (lieu.id !== '') yield { ligne: ligne.ligne, origine, id: lieu.id, verdict: 'refusee' };
      continue;
    }
    bilan[verdict === 'public' ? 'publiques' : 'a_completer'] += 1;
    yield { ligne: ligne.ligne, origine, lieu, ecartes: ecartesOf(ligne, lieu), verdict };
  }
  if (bilan.lignes === 0)
    throw new FichierIllisible('Ce tableau n’a que sa ligne de titres : il n’y a aucun lieu à lire.');
}

/** Fields whose cell says something that could not be kept. « Néant » says that there is nothing. */
function ecartesOf({ texts }: Ligne, lieu: Lieu): FieldName[] {
  return FIELDS.map(({ name }) => name).filter((name) => {
    const text = texts[name]?.trim() ?? '';
    if (text === '' || !isEmpty(lieu[name]) || isPlaceholder(text)) return false;
    // A summary that is too long has become the detailed presentation.
    return name !== 'presentation_resume' || isEmpty(lieu.presentation_detail);
  });
}

function nameOf(fichier: string): string {
  return fichier.replace(/\.[a-z0-9]+$/i, '');
}

function correct(ligne: Ligne, { onRapport }: Reading, context: CorrectionContext) {
  const corrected = correctLigne(ligne.texts, context);
  const id = corrected.lieu.id || (ligne.texts.id ?? '');
  if (ligne.anomalie) onRapport({ ligne: ligne.ligne, id, champ: '', valeur: '', ...ligne.anomalie });
  for (const remarque of corrected.remarques) onRapport({ ligne: ligne.ligne, id, ...remarque });
  return corrected;
}

function sayColonnes({ colonnes, ligneEntete }: Tableau, onRapport: ImportRequest['onRapport']): void {
  const say = (champ: string, valeur: string, message: string): void =>
    onRapport({ ligne: ligneEntete, id: '', champ, valeur, verdict: 'ignore', message });
  for (const valeur of colonnes.unknown)
    say('', valeur, 'Cette colonne n’est pas dans le standard : elle n’est pas lue.');
  for (const champ of colonnes.repeated) say(champ, '', 'Deux colonnes donnent ce champ : seule la première est lue.');
  for (const champ of colonnes.missing) say(champ, '', 'Le fichier n’a pas cette colonne.');
}

function sayEncodage(tableau: Tableau, onRapport: ImportRequest['onRapport']): void {
  if (tableau.encodage() !== 'mixte') return;
  const message = 'Ce fichier mélange UTF-8 et Windows-1252 : chaque caractère a été lu dans le sien.';
  onRapport({ ligne: tableau.ligneEntete, id: '', champ: '', valeur: '', verdict: 'corrige', message });
}

function horsLigne(statut: string): string {
  if (statut === 'ferme') return 'Ce lieu est fermé définitivement : le fichier ne le remet pas en ligne.';
  if (statut === 'fusionne')
    return 'Ce lieu a été fusionné dans un autre : ce que le fichier en dit de nouveau attend une relecture sur la fiche gardée.';
  return 'Ce lieu est masqué : le fichier ne le remet pas en ligne.';
}

function toRapport(finding: ImportFinding, auteur: Auteur | undefined): LigneRapport {
  const { ligne, id } = finding;
  if (finding.kind === 'hors_territoire') {
    const message = auteur ? horsTerritoire(auteur) : '';
    return { ligne, id, champ: 'commune', valeur: '', verdict: 'refuse', message };
  }
  if (finding.kind === 'doublon') {
    const gagnante = finding.gagnante === ligne ? 'Un autre lieu de cette ligne' : `La ligne ${finding.gagnante}`;
    const message = `${gagnante} a le même identifiant et une date de mise à jour plus récente, ou la même plus loin : celle-ci est laissée de côté.`;
    return { ligne, id, champ: 'id', valeur: id, verdict: 'ignore', message };
  }
  if (finding.kind === 'complete') {
    const message = 'La base a déjà ce qui manque à cette ligne : elle le garde, et le lieu est complet.';
    return { ligne, id, champ: '', valeur: '', verdict: 'corrige', message };
  }
  if (finding.kind === 'hors_ligne')
    return { ligne, id, champ: '', valeur: '', verdict: 'ignore', message: horsLigne(finding.statut) };
  if (finding.kind === 'suffixe') {
    const message = `Un lieu d’une autre source a déjà cet identifiant : celui-ci est publié sous « ${finding.publie} ».`;
    return { ligne, id, champ: 'id', valeur: id, verdict: 'corrige', message };
  }
  if (finding.tenu) {
    const message = `Une structure tient cette fiche, qui dit « ${fieldToCell(finding.garde)} » pour « ${fieldOf(finding.champ).label} » : la valeur du fichier attend une relecture.`;
    return { ligne, id, champ: finding.champ, valeur: fieldToCell(finding.valeur), verdict: 'ignore', message };
  }
  const message = `Un responsable a confirmé « ${fieldToCell(finding.garde)} » pour « ${fieldOf(finding.champ).label} » : la valeur du fichier attend une relecture.`;
  return { ligne, id, champ: finding.champ, valeur: fieldToCell(finding.valeur), verdict: 'ignore', message };
}
