// A digest over everything that a decision was made from, so that the same decision can be
// recognised.
#ifndef FUSIONHUB_POLICY_FACTS_DIGEST_H_
#define FUSIONHUB_POLICY_FACTS_DIGEST_H_

#include <string>

#include "policy/request.h"

namespace fusionhub::policy {

// SHA-256, 32 bytes. Every text is preceded by its length, so that no two requests have the same
// bytes. Not salted: it is personal data like what it is made of.
std::string FactsDigest(const Request& request);

}  // namespace fusionhub::policy

#endif  // FUSIONHUB_POLICY_FACTS_DIGEST_H_
