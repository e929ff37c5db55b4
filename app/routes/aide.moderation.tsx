import type { MetaFunction } from '@remix-run/node';
import { BeforeAfterFigure } from '#app/components/figures.tsx';
import { pageTitle } from '#app/components/frame.ts';
import { PageHeader } from '#app/components/page-header.tsx';

export const meta: MetaFunction = () => [{ title: pageTitle('Aide : je relis les modifications') }];

export default function AideModeration() {
  return (
    <>
      <PageHeader
        title="Je relis les modifications"
        lead="Pour les modérateurs, dans tout le pays ou quelques départements."
      />
      <h2>La file</h2>
      <p>
        Après votre connexion, « Modération » montre les modifications qui attendent, la plus risquée d’abord. Filtrez
        par département, par risque ou par ancienneté. Vous ne voyez que votre territoire.
      </p>
      <p>Deux sortes de modifications s’y trouvent :</p>
      <ul>
        <li>celles qui attendent votre accord pour être visibles : nom, adresse, labels, nouveau site internet…</li>
        <li>celles qui sont déjà visibles, et que vous vérifiez après coup.</li>
      </ul>
      <h2>Décider, champ par champ</h2>
      <ol>
        <li>Ouvrez une modification : seuls les champs qui changent sont montrés, avant et après.</li>
        <li>Dans les textes longs, les mots ajoutés et retirés sont marqués.</li>
        <li>Acceptez ou refusez chaque champ. Un refus demande une raison : l’auteur la reçoit par courriel.</li>
      </ol>
      <BeforeAfterFigure />
      <p>
        Écrivez la raison pour quelqu’un qui veut bien faire : ce qui manque, et ce qui conviendrait. Par exemple : «
        L’adresse donnée est celle du siège. Indiquez celle où le public est reçu. »
      </p>
      <h2>Si la fiche a changé entre-temps</h2>
      <p>
        Une valeur modifiée depuis la proposition n’est jamais écrasée : le champ est signalé en conflit, avec les deux
        valeurs, et vous choisissez.
      </p>
      <h2>Les doublons</h2>
      <p>
        Chaque nuit, et après chaque import, les fiches qui parlent peut-être du même lieu sont rapprochées : nom,
        adresse, distance, téléphone, courriel, SIRET. « Doublons » montre ces paires, les plus probables d’abord, avec
        les raisons.
      </p>
      <ul>
        <li>Dites « Ce sont deux lieux différents » : la paire ne vous sera plus montrée.</li>
        <li>
          Ou fusionnez : choisissez la fiche qui reste et, champ par champ, ce qu’elle dira. L’adresse de l’autre y mène
          ensuite.
        </li>
      </ul>
      <p>Une fusion se défait depuis la même page : les deux fiches reviennent.</p>
      <h2>Les tâches</h2>
      <p>
        Chaque nuit, les listes officielles (France services, Aidants Connect, conseillers numériques) sont comparées
        aux fiches. Un label que sa liste confirme est montré « vérifié », avec la liste et sa date ; les autres sont «
        déclarés par la structure ». Un lieu qui quitte une liste et indique encore ce label devient une tâche. Rien
        n’est changé sur sa fiche : regardez, corrigez s’il le faut, puis dites en un clic ce qu’il en est.
      </p>
      <p>
        Chaque nuit aussi, le registre des entreprises est interrogé sur le SIRET de chaque lieu. Un SIRET fermé devient
        une tâche « Fermeture possible » : le lieu a peut-être fermé, ou changé de structure. Appelez-le avant de
        conclure. « Le lieu a fermé » le ferme : sa fiche le dit, et il quitte la carte, les listes et les données. Un
        animateur ouvre ainsi un signalement, qu’un modérateur décide. « Historique » permet de fermer un lieu, et de le
        remettre en ligne.
      </p>
      <p>
        Une liste illisible, ou qui perd plus d’un cinquième de ses lignes, n’est pas prise. Les modérateurs nationaux
        en sont prévenus, et peuvent la prendre quand même depuis « Tâches ».
      </p>
      <h2>Le Vendredi saint en Alsace-Moselle</h2>
      <p>
        Il est férié dans certaines communes seulement. « Vendredi saint » montre celles de votre territoire : dites ce
        qu’il en est, et d’où vous le tenez. Les horaires des lieux de la commune suivent aussitôt.
      </p>
      <h2>Les clés de l’API</h2>
      <p>
        Qui réutilise beaucoup les données peut demander une clé, qui permet dix fois plus de demandes. Les modérateurs
        nationaux la créent dans « Clés de l’API » : elle se montre une seule fois, se transmet, et se retire quand on
        veut.
      </p>
      <h2>Rendre compte</h2>
      <p>Chaque décision est gardée au journal, avec son auteur et son heure. Le journal ne peut pas être réécrit.</p>
    </>
  );
}
