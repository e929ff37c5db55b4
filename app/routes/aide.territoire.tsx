import type { MetaFunction } from '@remix-run/node';
import { Link } from '@remix-run/react';
import { ReportFigure } from '#app/components/figures.tsx';
import { pageTitle } from '#app/components/frame.ts';
import { PageHeader } from '#app/components/page-header.tsx';

export const meta: MetaFunction = () => [{ title: pageTitle('Aide : j’anime un territoire') }];

export default function AideTerritoire() {
  return (
    <>
      <PageHeader
        title="J’anime un territoire"
        lead="Pour les hubs et les collectivités qui aident les lieux de leurs départements à tenir leur fiche."
      />
      <h2>Faire entrer votre fichier</h2>
      <ol>
        <li>
          Préparez un tableau CSV au format national. La <Link to="/donnees">page des données</Link> donne le schéma et
          des exemples : nos propres exports.
        </li>
        <li>
          Gardez le même identifiant pour le même lieu d’un envoi à l’autre : c’est lui qui permet de mettre à jour sans
          créer de double.
        </li>
        <li>Transmettez-le à la personne qui gère cette installation : l’import se lance sur le serveur.</li>
        <li>Demandez-lui le compte rendu, et corrigez chez vous ce qu’il signale.</li>
      </ol>
      <ReportFigure />
      <p>Le compte rendu dit, ligne par ligne, ce qui a été fait :</p>
      <ul>
        <li>
          <strong>corrigé</strong> : la valeur n’avait qu’un sens possible, elle a été remise en forme ;
        </li>
        <li>
          <strong>ignoré</strong> : une valeur facultative était illisible, elle n’a pas été reprise ;
        </li>
        <li>
          <strong>manquant</strong> : le lieu est gardé, mais n’est pas encore public ; le champ à compléter est nommé ;
        </li>
        <li>
          <strong>refusé</strong> : la ligne n’a pas pu être reprise, avec la raison.
        </li>
      </ul>
      <p>
        Rien n’est deviné. Et une valeur qu’un responsable de fiche a confirmée n’est jamais remplacée par celle d’un
        fichier.
      </p>
      <h2>Les labels et les fermetures possibles</h2>
      <p>
        « Tâches » montre les lieux de votre territoire qui ont quitté une liste officielle, ou dont le SIRET est fermé.
        Rien n’est changé sur leur fiche : appelez, corrigez s’il le faut, et dites en un clic ce qu’il en est.
      </p>
      <h2>Aider une structure</h2>
      <ul>
        <li>
          Envoyez-lui le guide « <Link to="/aide/responsable">Je tiens la fiche d’un lieu</Link> ».
        </li>
        <li>
          Elle ne voit pas son lieu après connexion ? Son adresse de courriel n’y est pas rattachée :{' '}
          <Link to="/aide#contact">demandez-nous ce rattachement</Link>, en donnant le nom du lieu et la structure.
        </li>
        <li>
          Tant que personne n’a pris la responsabilité d’une fiche, vous pouvez la corriger vous-même dans votre
          territoire.
        </li>
      </ul>
      <h2>Reprendre les données de votre territoire</h2>
      <p>
        L’<Link to="/donnees">export du jour</Link> contient tous les lieux publics. Filtrez la colonne{' '}
        <code>code_insee</code> ou <code>code_postal</code> pour ne garder que les vôtres.
      </p>
    </>
  );
}
