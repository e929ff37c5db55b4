export type ListeCode = 'france-services' | 'aidants-connect' | 'conseillers-numeriques';

export interface ListeOfficielle {
  code: ListeCode;
  /** The value of `dispositif_programmes_nationaux` that being in this list proves. */
  label: string;
  /** As sentences name the list: « la liste France services ». */
  nom: string;
}

/** Where a list is published. */
export interface SourceDeListe {
  code: ListeCode;
  url: string;
}

/** The public files that say who bears a national label. */
export const LISTES: readonly ListeOfficielle[] = [
  { code: 'france-services', label: 'France Services', nom: 'France services' },
  { code: 'aidants-connect', label: 'Aidants Connect', nom: 'Aidants Connect' },
  { code: 'conseillers-numeriques', label: 'Conseillers numériques', nom: 'des conseillers numériques' },
];

/** The list of a code. */
export function listeOf(code: ListeCode): ListeOfficielle {
  const liste = LISTES.find((candidate) => candidate.code === code);
  if (!liste) throw new Error(`no official list ${code}`);
  return liste;
}

/** The list that a text names; undefined where it names none. */
export function listeOfCode(code: string): ListeOfficielle | undefined {
  return LISTES.find((candidate) => candidate.code === code);
}

/** What is said of a label that a lieu bears. */
export type EtatDeLabel = { etat: 'verifie'; liste: string; date: string } | { etat: 'declare' };

/** What is said of each label that a lieu declares and that a list can prove; nothing of the others. */
export function etatsOfLabels(
  declares: readonly string[],
  verifies: readonly { liste: string; date: string }[],
): Record<string, EtatDeLabel> {
  const etats: Record<string, EtatDeLabel> = {};
  for (const { code, label, nom } of LISTES) {
    if (!declares.includes(label)) continue;
    const found = verifies.find(({ liste }) => liste === code);
    etats[label] = found ? { etat: 'verifie', liste: nom, date: found.date } : { etat: 'declare' };
  }
  return etats;
}

/** A label that a list gives a lieu, and that its fiche does not have. */
export interface LabelNonDeclare {
  label: string;
  /** As sentences name the list. */
  liste: string;
  date: string;
}

/** The lists that a lieu is in without its fiche saying so. */
export function labelsNonDeclares(
  declares: readonly string[],
  verifies: readonly { liste: string; date: string }[],
): LabelNonDeclare[] {
  return LISTES.flatMap(({ code, label, nom }) => {
    const found = verifies.find(({ liste }) => liste === code);
    return found && !declares.includes(label) ? [{ label, liste: nom, date: found.date }] : [];
  });
}
