#!/bin/sh
# Ten weeks of an advocacy program, Monday by Monday, through the commands only.
# usage: sh run.sh     in an empty folder, with `groundswell` in the PATH
set -eu
exports=$(dirname "$0")/exports

# Says a command and runs it on the day; without a word for the many that are alike. Where some are left out it ends with 3.
show() {
    echo "\$ groundswell $*"
    groundswell --as-of "$day" "$@" 2>&1 || [ $? -eq 3 ]
}
# The same without the list: codes and marks are drawn anew for every program.
tell() {
    echo "\$ groundswell $*"
    groundswell --as-of "$day" "$@" 2>&1 >/dev/null || [ $? -eq 3 ]
}
quietly() {
    groundswell --as-of "$day" --quiet "$@"
}
week() {
    day=$2
    echo
    echo "== week $1, $day"
}

week 1 2026-08-31
echo "The circle of thirty-six has been running since spring. Six newcomers come to the kickoff this week."
show init --name "Sheetwren circle" --currency EUR --timezone Europe/Berlin --lang en --preset saas
show import "$exports/members.csv" --as members --quiet
show import "$exports/before.csv" --as activity --quiet
tail -n +2 "$exports/circle.csv" | while IFS=, read -r email joined lifted; do
    groundswell --as-of "$joined" --quiet member stage "$email" active --why "joined"
    groundswell --as-of "$joined" --quiet share code "$email" >/dev/null
    # Three of four agreed at their kickoff.
    case $email in *[048]@*) ;; *)
        groundswell --as-of "$joined" --quiet member consent "$email" --for exclusive yes --source "kickoff call" ;;
    esac
done
show equip add contact --title "Kim" --role "looks after the circle" --url mailto:circle@sheetwren.example --quiet
tell equip handbook --all -o handbooks
show next --top 5

week 2 2026-09-07
echo "The newcomers' first posts are in. They are answered first."
show import "$exports/week-01.csv" --as activity --quiet
show amplify queue --top 6
# shellcheck disable=SC2046 # one number a word
quietly amplify react $(quietly amplify queue --top 20 --format ids) --who Kim
show equip desk ask sample38@example.com "May I show the export in a video?"

week 3 2026-09-14
echo "Twelve of the circle, drawn by lot, get one post each into the newsletter."
show import "$exports/week-02.csv" --as activity --quiet
grep ',yes$' "$exports/circle.csv" | while IFS=, read -r email joined lifted; do
    quietly member tag "$email" newsletter-trial
done
quietly amplify queue --days 60 --who tag=newsletter-trial --format csv |
    awk -F, 'NR > 1 && !seen[$2]++ { print $1 }' |
    while read -r post; do quietly amplify promote "$post" --place "newsletter 41" --who Kim; done
show member list --tag newsletter-trial --format ids
show equip desk answer 1 "Yes; the export is public. Say that you are in our circle."

week 4 2026-09-21
echo "An exclusive, with an embargo. Who never agreed does not get it."
show import "$exports/week-03.csv" --as activity --quiet
show share brief new --kind exclusive --title "Sheetwren 3" --body "Sheetwren 3 can be used offline. It is public on 5 October." --embargo "2026-10-05 09:00" --url https://sheetwren.example/3
tell share send 1 --to advocates --from Kim -o exclusive

week 5 2026-09-28
echo "Four are asked for something; who got the exclusive last week is left alone. Two need something from us."
show import "$exports/week-04.csv" --as activity --quiet
show share ask sample02@example.com "Would you speak at our meetup?" --kind talk --who Kim || echo "(left alone)"
show share ask sample10@example.com "Would you speak at our meetup?" --kind talk --who Kim --due 2026-10-26
show share ask sample14@example.com "Would you write up how you plan a week?" --kind post --who Kim --due 2026-10-19
show share ask sample24@example.com "Would you read our new start page?" --kind feedback --who Mei --due 2026-10-12
show share ask sample28@example.com "Would you take a reference call?" --kind reference --who Mei
show share need sample01@example.com "A second seat, to test sharing with" --owner Mei --due 2026-10-09
show share need sample37@example.com "Someone to read a first draft" --owner Kim

week 6 2026-10-05
echo "The embargo is over; answers come in."
show import "$exports/week-05.csv" --as activity --quiet
show share lift 1
show share ask answer 1 yes --text "gladly"
show share ask answer 2 later
show share ask answer 3 yes
show share ask answer 4 no --text "not this year"
show share need done 1 "seat given"
show share give sample24@example.com "A thank-you card" --kind thanks --who Mei

week 7 2026-10-12
echo "Four weeks after the newsletter: did it go with more posts? (Planted: 1.8 times as many.)"
show import "$exports/week-06.csv" --as activity --quiet
day=2026-10-11
show amplify effect --window 28
day=2026-10-12

week 8 2026-10-19
echo "What became of it, and telling them."
show import "$exports/week-07.csv" --as activity --quiet
show share ask outcome 3 "the start page asks one question less"
show share ask told 3
show share ask answer 2 yes --text "it is written"

week 9 2026-10-26
show import "$exports/week-08.csv" --as activity --quiet
show share ask outcome 1 "a talk, 40 in the room"
show share ask told 1
show share ask outcome 2 "an article in the forum"
show share need done 2 "Kim read it"

week 10 2026-11-02
echo "Three weeks of silence: who is it?"
show import "$exports/week-09.csv" --as activity --quiet
show amplify trough

week 11 2026-11-09
echo "The review: who fell silent (planted: four), what was given and got, and what the ten weeks reached."
show import "$exports/week-10.csv" --as activity --quiet
day=2026-11-08
show amplify trough
show share ask list
show share balance --verdict "owed an answer"
show amplify best --days 70 --top 5
show measure summary --days 70
show next --top 10
show check
