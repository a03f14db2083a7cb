# Makes the invented data sets of this folder and what lme4 says of them: Rscript make.R
# The first has the shape of a year's follow-up of community classes, with people who stop coming; in the second the
# groups do not differ at all; the third is small and uneven; in the fourth there is one group.
suppressMessages({ library(lme4); library(nlme) })
set.seed(20261128)

people <- function(groups, each, sd_group, sd_person, sd_within, effects, leave) {
  rows <- list()
  person <- 0
  for (group in seq_len(groups)) {
    of_group <- rnorm(1, 0, sd_group)
    for (one in seq_len(1 + rpois(1, each))) {
      person <- person + 1
      age <- round(runif(1, 75, 93), 1)
      woman <- rbinom(1, 1, 0.75)
      of_person <- rnorm(1, 0, sd_person)
      for (month in c(0, 3, 6, 12)) {
        if (month > 0 && runif(1) < leave) next
        change <- if (month == 0) 0 else effects[[as.character(month)]]
        value <- 8 + change - 0.1 * (age - 82) - 0.4 * woman + of_group + of_person + rnorm(1, 0, sd_within)
        rows[[length(rows) + 1]] <- data.frame(person, group, month, age, woman, value = round(value, 2))
      }
    }
  }
  do.call(rbind, rows)
}

effects <- list("3" = 0.6, "6" = 0.9, "12" = 0.7)
sets <- list(
  classes = people(12, 9, 0.6, 1.6, 0.9, effects, 0.3),
  alike = people(8, 7, 0, 1.2, 1.1, effects, 0.2),
  small = people(3, 4, 0.8, 1, 0.7, effects, 0.5),
  one = people(1, 25, 0, 1.4, 0.8, effects, 0.3)
)
all <- NULL
for (name in names(sets)) {
  set <- sets[[name]]
  write.table(set, paste0(name, ".csv"), sep = ";", row.names = FALSE, quote = FALSE)
  set$time <- factor(set$month)
  control <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-10, maxfun = 1e5), check.conv.singular = "ignore")
  one <- length(unique(set$group)) == 1
  formula <- if (one) value ~ time + I(age - 80) + woman + (1 | person)
             else value ~ time + I(age - 80) + woman + (1 | group) + (1 | person)
  fit <- lmer(formula, set, REML = TRUE, control = control)
  sds <- as.data.frame(VarCorr(fit))
  sd_of <- function(grp) if (grp %in% sds$grp) sds$sdcor[sds$grp == grp] else 0
  # nlme counts the degrees of freedom of what varies within people: measurements - people - such terms.
  random <- if (one) ~ 1 | person else ~ 1 | group / person
  df <- lme(value ~ time + I(age - 80) + woman, random = random, set, control = lmeControl(opt = "optim"))$fixDF$X[["time3"]]
  figures <- c(
    setNames(fixef(fit), c("intercept", "m3", "m6", "m12", "age", "woman")),
    setNames(sqrt(diag(as.matrix(vcov(fit)))), paste0("se_", c("intercept", "m3", "m6", "m12", "age", "woman"))),
    sd_person = sd_of("person"), sd_group = sd_of("group"), sd_within = sigma(fit),
    deviance = -2 * as.numeric(logLik(fit)), df = df
  )
  all <- rbind(all, data.frame(set = name, figure = names(figures), value = sprintf("%.8f", figures)))
}
write.table(all, "lme4.csv", sep = ";", row.names = FALSE, quote = FALSE)
