/** "de Lyon", "d'Arles", "du Havre", "des Abymes", "de La Rochelle", "de L'Isle". */
export function deCommune(nom: string): string {
  if (nom.startsWith('Le ')) return `du ${nom.slice(3)}`;
  if (nom.startsWith('Les ')) return `des ${nom.slice(4)}`;
  return /^(?:[AEIOUYÀÂÉÈÊËÎÏÔŒÜ]|Hy|Hé[rn]o|Hôp)/.test(nom) ? `d'${nom}` : `de ${nom}`;
}

/** A text as a part of a host name. */
export function slugOf(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/œ/g, 'oe')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 40)
    .replace(/-$/, '');
}

export const FIGURES = [
  'Simone Veil',
  'Marguerite Duras',
  'Louise Michel',
  'Jean Moulin',
  'Aimé Césaire',
  'Colette',
  'Jules Verne',
  'George Sand',
  'Olympe de Gouges',
  'Albert Camus',
  'Jacques Prévert',
  'Émile Zola',
  'Marie Curie',
  'Rosa Parks',
  'Lucie Aubrac',
  'Germaine Tillion',
  'Nelson Mandela',
  'Joséphine Baker',
  'Victor Hugo',
  'Marguerite Yourcenar',
  'Léopold Sédar Senghor',
  'Anne Frank',
  'Gisèle Halimi',
  'Boris Vian',
  'Antoine de Saint-Exupéry',
  'Frida Kahlo',
  'Ada Lovelace',
  'Alan Turing',
  'Françoise Giroud',
  'René Char',
  'Guy de Maupassant',
  'Andrée Chedid',
  'Maryse Condé',
  'Paul Éluard',
];

export const MOTS = [
  'Les Tilleuls',
  'La Passerelle',
  "Le Trait d'union",
  "L'Escale",
  'Les Quatre Vents',
  'La Ruche',
  'Le Phare',
  'La Clairière',
  'Les Trois Ponts',
  "L'Atelier",
  'Le Moulin',
  'La Source',
  'Les Coquelicots',
  'Le Relais',
  "L'Étape",
  'La Fabrique',
  'Le Lavoir',
  'La Filature',
  'Les Hirondelles',
  'Le Préau',
  'La Boussole',
  'Le Tremplin',
  'Les Glycines',
  'Le Fil rouge',
  "L'Embarcadère",
  'La Halle',
  'Le Grenier',
  'Les Lucioles',
  'La Lanterne',
  'Le Verger',
  "L'Éclaircie",
  'Le Point commun',
];

export const VOIES = [
  'Rue de la Mairie',
  'Place de la Mairie',
  'Rue de la République',
  'Avenue Jean Jaurès',
  'Rue Victor Hugo',
  'Place du Marché',
  "Rue de l'Église",
  'Rue des Écoles',
  'Avenue de la Gare',
  'Rue du Général de Gaulle',
  'Rue Pasteur',
  'Boulevard de la Liberté',
  'Rue Jules Ferry',
  'Rue du Stade',
  'Rue de la Fontaine',
  'Place de la Liberté',
  'Rue Léon Blum',
  'Rue des Tilleuls',
  'Route de la Plage',
  'Chemin du Moulin',
  "Allée de l'Europe",
  'Rue Gambetta',
  'Rue Émile Zola',
  'Impasse du Lavoir',
  'Rue du 8 mai 1945',
  'Rue du 11 novembre',
  'Avenue Simone Veil',
  'Cours de la Libération',
  'Quai de la Rivière',
];

export const COMPLEMENTS = [
  'Bâtiment B',
  '1er étage',
  'Derrière la mairie',
  'Entrée par le jardin',
  'Salle des associations',
  'Rez-de-chaussée, porte de gauche',
  'Maison des services',
  'Résidence Les Acacias',
  'Ascenseur au fond de la cour, "bâtiment bleu"',
];
