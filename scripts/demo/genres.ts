import type { Lieu } from '#app/domain/lieu.ts';

/** How often, 0 to 1, a lieu of the kind has each value. */
type Odds = Readonly<Record<string, number>>;

/** A kind of lieu: what it is called, what it offers, how common it is in a village (under 5,000 inhabitants) and in a town. */
export interface Genre {
  village: number;
  ville: number;
  /** `{de}`: "de Lyon", "du Havre"; `{departement}`; `{figure}`: a person of the past; `{mot}`: a name such as "La Passerelle". */
  noms: readonly string[];
  typologie: readonly string[];
  horaires: 'guichet' | 'bibliotheque' | 'association' | 'permanence';
  services: Odds;
  dispositifs: Odds;
  labels: Odds;
  publics: Odds;
  frais: Odds;
  /** What one can read of it in a line. */
  resumes: readonly string[];
  lieu?: Partial<Pick<Lieu, 'itinerance' | 'modalites_acces'>>;
}

const DEMARCHES = 'Aide aux démarches administratives';
const OUTILS = 'Maîtrise des outils numériques du quotidien';
const INSERTION = 'Insertion professionnelle via le numérique';
const SECURITE = 'Utilisation sécurisée du numérique';
const PARENTALITE = 'Parentalité et éducation avec le numérique';
const LOISIRS = 'Loisirs et créations numériques';
const COMPREHENSION = 'Compréhension du monde numérique';
const ACCES = 'Accès internet et matériel informatique';
const MATERIEL = 'Acquisition de matériel informatique à prix solidaire';

/** Shares and habits follow the real files of 2022–2024, rounded. */
export const GENRES: readonly Genre[] = [
  {
    village: 14,
    ville: 24,
    noms: [
      'Médiathèque {figure}',
      'Médiathèque {de}',
      'Bibliothèque {figure}',
      'Médiathèque {mot}',
      'Bibliothèque municipale {de}',
    ],
    typologie: ['BIB'],
    horaires: 'bibliotheque',
    services: {
      [OUTILS]: 0.85,
      [ACCES]: 0.8,
      [COMPREHENSION]: 0.55,
      [LOISIRS]: 0.4,
      [DEMARCHES]: 0.3,
      [SECURITE]: 0.3,
      [PARENTALITE]: 0.2,
    },
    dispositifs: { 'Conseillers numériques': 0.4, 'Bibliothèques numérique de référence': 0.2 },
    labels: { 'Fabriques de Territoire': 0.02 },
    publics: { Jeunes: 0.05, 'Familles et/ou enfants': 0.06, Seniors: 0.08 },
    frais: { Gratuit: 0.9, 'Gratuit sous condition': 0.1 },
    resumes: [
      'Des ordinateurs en libre accès et un conseiller pour vous aider à prendre en main vos outils.',
      'Ateliers d’initiation, aide ponctuelle et accès à internet, avec ou sans carte de lecteur.',
    ],
  },
  {
    village: 24,
    ville: 12,
    noms: ['France services {de}', 'Espace France services {de}', 'Maison France services {de}'],
    typologie: ['RFS'],
    horaires: 'guichet',
    services: { [DEMARCHES]: 1, [OUTILS]: 0.6, [ACCES]: 0.7, [INSERTION]: 0.4, [SECURITE]: 0.2 },
    dispositifs: {
      'France Services': 1,
      'Conseillers numériques': 0.35,
      'Aidants Connect': 0.5,
      "Point d'accès numérique CAF": 0.15,
    },
    labels: { 'Formé à « Mon Espace Santé »': 0.1, 'Formé à « DUPLEX » (illettrisme)': 0.04 },
    publics: {},
    frais: { Gratuit: 1 },
    resumes: [
      'Un agent vous accompagne dans toutes vos démarches, avec vous et à votre rythme.',
      'Retraite, santé, impôts, emploi : une seule porte pour être aidé dans vos démarches en ligne.',
    ],
  },
  {
    village: 5,
    ville: 13,
    noms: [
      'Centre social {mot}',
      'Centre socioculturel {mot}',
      'Centre social et culturel {figure}',
      'Espace de vie sociale {mot}',
    ],
    typologie: ['CS', 'ASSO'],
    horaires: 'guichet',
    services: { [DEMARCHES]: 0.75, [OUTILS]: 0.8, [PARENTALITE]: 0.45, [ACCES]: 0.5, [SECURITE]: 0.3, [LOISIRS]: 0.2 },
    dispositifs: { 'Conseillers numériques': 0.55, 'Aidants Connect': 0.25, 'Promeneurs du net': 0.12 },
    labels: { 'Formé à « DUPLEX » (illettrisme)': 0.08 },
    publics: { 'Familles et/ou enfants': 0.3, Seniors: 0.12, Jeunes: 0.12, Femmes: 0.04 },
    frais: { Gratuit: 0.75, 'Gratuit sous condition': 0.25, Payant: 0.05 },
    resumes: [
      'Un accueil pour tous les habitants du quartier, et une aide sans jugement sur l’ordinateur ou le téléphone.',
    ],
  },
  {
    village: 10,
    ville: 17,
    noms: [
      'Association {mot}',
      'Association Clic et Compagnie {de}',
      'Les Ateliers numériques {de}',
      'Association Le Coup de pouce numérique',
      'Association Souris verte {de}',
    ],
    typologie: ['ASSO'],
    horaires: 'association',
    services: {
      [OUTILS]: 0.95,
      [SECURITE]: 0.5,
      [DEMARCHES]: 0.45,
      [LOISIRS]: 0.35,
      [INSERTION]: 0.3,
      [COMPREHENSION]: 0.4,
      [MATERIEL]: 0.12,
    },
    dispositifs: {
      'Conseillers numériques': 0.35,
      'Aidants Connect': 0.12,
      'Certification PIX': 0.08,
      'Relais numérique (Emmaüs Connect)': 0.04,
    },
    labels: { 'ORDI 3.0': 0.04, 'Formé à « DUPLEX » (illettrisme)': 0.04 },
    publics: { Seniors: 0.25, Femmes: 0.06, Jeunes: 0.08, Étudiants: 0.03 },
    frais: { Gratuit: 0.55, 'Gratuit sous condition': 0.25, Payant: 0.25 },
    resumes: [
      'Des bénévoles vous apprennent à utiliser votre ordinateur, votre tablette ou votre téléphone.',
      'Cours en petit groupe et dépannage, dans la bonne humeur.',
    ],
  },
  {
    village: 25,
    ville: 7,
    noms: ['Mairie {de}', 'Espace numérique {de}', 'Agence postale et numérique {de}'],
    typologie: ['MUNI'],
    horaires: 'permanence',
    services: { [DEMARCHES]: 0.85, [OUTILS]: 0.7, [ACCES]: 0.35 },
    dispositifs: { 'Conseillers numériques': 0.6, 'Aidants Connect': 0.1 },
    labels: {},
    publics: { Seniors: 0.05 },
    frais: { Gratuit: 1 },
    resumes: ['Permanence du conseiller numérique en mairie.'],
  },
  {
    village: 4,
    ville: 8,
    noms: ['CCAS {de}', "Centre communal d'action sociale {de}"],
    typologie: ['CCAS'],
    horaires: 'guichet',
    services: { [DEMARCHES]: 0.95, [OUTILS]: 0.5, [ACCES]: 0.4 },
    dispositifs: { 'Conseillers numériques': 0.45, 'Aidants Connect': 0.4 },
    labels: {},
    publics: { Seniors: 0.2, 'Familles et/ou enfants': 0.08 },
    frais: { Gratuit: 1 },
    resumes: ['Une aide pour vos démarches en ligne, sur rendez-vous ou aux heures de permanence.'],
  },
  {
    village: 5,
    ville: 8,
    noms: ['Espace public numérique {de}', 'Espace public numérique {mot}', 'Cyberespace {figure}'],
    typologie: ['EPN'],
    horaires: 'association',
    services: {
      [OUTILS]: 1,
      [ACCES]: 0.9,
      [SECURITE]: 0.6,
      [COMPREHENSION]: 0.6,
      [LOISIRS]: 0.5,
      [DEMARCHES]: 0.5,
      [INSERTION]: 0.4,
    },
    dispositifs: { 'Conseillers numériques': 0.5, 'Certification PIX': 0.2 },
    labels: {},
    publics: {},
    frais: { Gratuit: 0.7, 'Gratuit sous condition': 0.2, Payant: 0.15 },
    resumes: ['Postes en libre accès, imprimante, et un animateur toujours présent.'],
  },
  {
    village: 4,
    ville: 4,
    noms: ['Tiers-lieu {mot}', 'Fablab {mot}', '{mot}, tiers-lieu {de}'],
    typologie: ['TIERS_LIEUX', 'ASSO'],
    horaires: 'association',
    services: { [LOISIRS]: 0.9, [OUTILS]: 0.6, [COMPREHENSION]: 0.6, [ACCES]: 0.6, [MATERIEL]: 0.15 },
    dispositifs: { 'Conseillers numériques': 0.2 },
    labels: { 'Fabriques de Territoire': 0.5 },
    publics: { Jeunes: 0.1, Étudiants: 0.08 },
    frais: { Gratuit: 0.25, 'Gratuit sous condition': 0.35, Payant: 0.55 },
    resumes: ['Fabriquer, réparer, apprendre : des machines et des gens pour vous les montrer.'],
  },
  {
    village: 1,
    ville: 4,
    noms: ['Mission locale {de}', "Maison de l'emploi {de}"],
    typologie: ['ML'],
    horaires: 'guichet',
    services: { [INSERTION]: 1, [OUTILS]: 0.5, [DEMARCHES]: 0.6, [ACCES]: 0.5 },
    dispositifs: { 'Conseillers numériques': 0.2, 'Certification PIX': 0.15, 'Grande école du numérique': 0.04 },
    labels: {},
    publics: { Jeunes: 0.9 },
    frais: { Gratuit: 1 },
    resumes: ['Pour les 16–25 ans : CV, recherche d’emploi et démarches en ligne.'],
  },
  {
    village: 4,
    ville: 1,
    noms: ['Bus numérique – {departement}', 'Bus numérique {de}', 'Le Clic itinérant {de}'],
    typologie: ['EPCI'],
    horaires: 'permanence',
    services: { [DEMARCHES]: 0.8, [OUTILS]: 0.9, [ACCES]: 0.4, [SECURITE]: 0.3 },
    dispositifs: { 'Conseillers numériques': 0.7 },
    labels: {},
    publics: { Seniors: 0.1 },
    frais: { Gratuit: 1 },
    resumes: ['Un bus équipé d’ordinateurs passe près de chez vous. Appelez pour connaître la prochaine tournée.'],
    lieu: { itinerance: ['Itinérant'] },
  },
  {
    village: 3,
    ville: 2,
    noms: ['Bureau de poste {de}', 'La Poste – Étape numérique {de}'],
    typologie: ['LA_POSTE'],
    horaires: 'guichet',
    services: { [DEMARCHES]: 0.6, [OUTILS]: 0.4, [ACCES]: 0.6 },
    dispositifs: { 'France Services': 0.2 },
    labels: { 'Étapes numériques(La Poste)': 0.8 },
    publics: {},
    frais: { Gratuit: 1 },
    resumes: ['Un espace avec ordinateur et imprimante, et quelqu’un pour vous guider.'],
  },
];
