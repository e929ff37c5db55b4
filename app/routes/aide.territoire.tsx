import type { MetaFunction } from '@remix-run/node';
import { Link } from '@remix-run/react';
import { ReportFigure } from '#app/components/figures.tsx';
import { pageTitle } from '#app/components/frame.ts';
import { PageHeader } from '#app/components/page-header.tsx';
import { JOURS_SANS_RAPPEL } from '#app/domain/appels.ts';
import { JOURS_INVITATION } from '#app/domain/invitations.ts';

export const meta: MetaFunction = () => [{ title: pageTitle('Aide : j’anime un territoire') }];

export default function AideTerritoire() {
  return (
    <>
      <PageHeader
        title="J’anime un territoire"
        lead="Pour les hubs et les collectivités qui aident les lieux de leurs départements à tenir leur fiche."
      />
      <h2>Voir où en est votre territoire</h2>
      <p>
        Après votre connexion, « Mon territoire » compte ce qui attend une relecture, les signalements ouverts, les
        lieux sans responsable et ce qui manque aux fiches. Chaque chiffre ouvre la liste des lieux concernés. Vous ne
        voyez que votre territoire.
      </p>
      <p>
        Dans « Lieux », cherchez par nom ou par commune, et filtrez par ce qui manque. Tant que personne n’a pris la
        responsabilité d’une fiche, vous pouvez la corriger vous-même.
      </p>
      <h2>Appeler les lieux</h2>
      <p>
        « À appeler » range les lieux sans responsable : ceux à qui il manque le plus d’abord. Pour chacun, vous avez le
        téléphone, ce que dit la fiche et ce qu’il faut demander. Puis notez le résultat, d’un clic :
      </p>
      <ul>
        <li>
          <strong>Joint, tout est juste</strong> : la fiche est confirmée, à la date d’aujourd’hui. Un fichier importé
          ne remplacera plus ce que vous avez relu.
        </li>
        <li>
          <strong>Joint, à corriger</strong> : la fiche s’ouvre, à la page de ce qui manque.
        </li>
        <li>
          <strong>Ne répond pas</strong> : le lieu passe à la fin de la liste jusqu’au lendemain.
        </li>
        <li>
          <strong>Numéro faux</strong> : le lieu attend dans « Numéro à trouver », jusqu’à ce que la fiche en ait un
          autre.
        </li>
        <li>
          <strong>Le lieu a fermé</strong> : un signalement s’ouvre, pour qu’une personne décide. La fiche ne change
          pas.
        </li>
      </ul>
      <p>
        Un lieu joint ne revient dans la liste qu’après {JOURS_SANS_RAPPEL} jours. « Appels passés » garde qui a appelé,
        et quand. Pour travailler sur papier, imprimez la page : un cadre par lieu, avec des cases à cocher.
      </p>
      <h2>Inviter un responsable</h2>
      <ol>
        <li>Dans « Lieux », choisissez « Inviter le responsable ». L’adresse de courriel de la fiche est proposée.</li>
        <li>
          La structure reçoit un lien. Il sert une seule fois, pendant {JOURS_INVITATION} jours, et seulement pour cette
          adresse.
        </li>
        <li>Si elle accepte, la fiche est à elle : elle la corrige, et vous relisez.</li>
      </ol>
      <p>
        « Invitations » dit où en est chacune : vous pouvez l’envoyer de nouveau, ou la retirer. Joignez-y le guide «{' '}
        <Link to="/aide/responsable">Je tiens la fiche d’un lieu</Link> ».
      </p>
      <h2>Relire ce que d’autres proposent</h2>
      <p>
        Dans <Link to="/aide/moderation">« Modération »</Link>, vous décidez des modifications de votre territoire, sauf
        deux :
      </p>
      <ul>
        <li>les vôtres : une autre personne les relit ;</li>
        <li>
          celles, sensibles, d’une personne de votre organisation (nom, adresse, labels, nouveau site…) : une autre
          organisation du territoire ou un modérateur en décide. Celles qui sont déjà visibles, vous pouvez les relire.
        </li>
      </ul>
      <h2>Faire entrer votre fichier</h2>
      <ol>
        <li>
          Préparez un tableau CSV, JSON ou Excel (.xlsx). Le format national est lu tel quel, voir la{' '}
          <Link to="/donnees">page des données</Link> ; pour un autre tableau, on vous demande une fois ce que donne
          chaque colonne.
        </li>
        <li>
          Gardez le même identifiant pour le même lieu, et le même nom de source, d’un envoi à l’autre : c’est ce qui
          permet de mettre à jour sans créer de double.
        </li>
        <li>
          Déposez-le dans <Link to="/territoire/imports">Imports</Link>. Vous voyez d’abord un essai : ce qui serait
          nouveau, modifié, à compléter ou refusé, et où sont ces lieux. Rien n’est encore écrit.
        </li>
        <li>
          Appliquez. Tout l’import peut être annulé en une fois, pendant un an, par vous ou par un modérateur national.
        </li>
      </ol>
      <p>
        Votre fichier ne touche que les lieux de votre territoire. Une fiche qu’une structure tient n’est pas écrasée :
        la valeur du fichier attend une relecture. Un lieu que votre fichier n’a plus est signalé, jamais effacé.
      </p>
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
      <p>Rien n’est deviné. Et une valeur qu’une personne a confirmée n’est jamais remplacée par celle d’un fichier.</p>
      <h2 id="fichier-relu">Votre fichier, relu chaque nuit</h2>
      <p>
        Votre fichier est déjà en ligne, sur votre site ou sur data.gouv.fr ? Donnez son adresse dans{' '}
        <Link to="/territoire/sources">Fichiers relus</Link> : vous n’aurez plus à le déposer.
      </p>
      <ol>
        <li>Dites d’où viennent ces lieux, et quand lire le fichier : chaque nuit, ou une nuit par semaine.</li>
        <li>
          Choisissez « Essayer maintenant ». Vous voyez ce que le fichier changerait, comme pour un fichier déposé.
          Appliquez.
        </li>
        <li>
          Ensuite, ce qui change dans le fichier s’applique de lui-même. Le journal dit ce que chaque lecture a fait, et
          chaque import peut être annulé pendant un an.
        </li>
      </ol>
      <p>
        Si le fichier ne peut plus être lu, ou si plus d’un cinquième de ses lieux manque, est refusé ou change
        d’identifiant, rien n’est appliqué et vous recevez un courriel. Un tel fichier attend : vous pouvez l’appliquer
        quand même. Les règles sont celles de tout import : votre territoire seulement, et rien de ce qu’une personne a
        confirmé n’est remplacé. Les personnes de votre organisation qui animent le même territoire voient ces lectures
        et peuvent les reprendre.
      </p>
      <h2>Les labels et les fermetures possibles</h2>
      <p>
        « Tâches » montre les lieux de votre territoire qui ont quitté une liste officielle, ou dont le SIRET est fermé.
        Rien n’est changé sur leur fiche : appelez, corrigez s’il le faut, et dites en un clic ce qu’il en est.
      </p>
      <h2>Reprendre les données de votre territoire</h2>
      <p>
        L’<Link to="/donnees">export du jour</Link> contient tous les lieux publics. Filtrez la colonne{' '}
        <code>code_insee</code> ou <code>code_postal</code> pour ne garder que les vôtres.
      </p>
    </>
  );
}
