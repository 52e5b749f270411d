// The texts that must accompany labelled records.
#ifndef FUSIONHUB_BROKER_NOTICES_H_
#define FUSIONHUB_BROKER_NOTICES_H_

#include <string>
#include <vector>

namespace fusionhub::broker {

// What a test-mode hub says with every event.
std::string TestModeNotice();

// The notices of the labels, joined by a space; empty if none has one.
std::string NoticeFor(const std::vector<std::string>& labels);

}  // namespace fusionhub::broker

#endif  // FUSIONHUB_BROKER_NOTICES_H_
