// QueryService: step 1 of a query's way (who asks?), then the question's course.
#ifndef FUSIONHUB_BROKER_QUERY_SERVICE_H_
#define FUSIONHUB_BROKER_QUERY_SERVICE_H_

#include <map>
#include <memory>
#include <string>

#include "base/mutex.h"
#include "broker/query_course.h"
#include "broker/question_intake.h"
#include "broker/unidentified_calls.h"
#include "fusionhub/v1/analyst.grpc.pb.h"
#include "rpc/async_server.h"

namespace fusionhub::broker {

// Thread-safe. Outlives the server that it is registered with.
class QueryService {
 public:
  struct Options {
    int max_in_flight = 256;
    int max_per_client = 32;  // questions of one certificate at a time
  };
  QueryService(const Options& options, const CourseParts& course, QuestionIntake& intake,
               UnidentifiedCalls& unidentified)
      : options_(options), course_(course), intake_(intake), unidentified_(unidentified) {}

  void RegisterWith(rpc::AsyncServer& server);

 private:
  using Stream = std::shared_ptr<rpc::ResponseStream<v1::AskResponse>>;

  void Ask(const Stream& stream, const v1::AskRequest& request);
  void Admit(const Stream& stream, const v1::AskRequest& request);
  // One more question of this certificate; false at the limit. The token gives the place back.
  std::shared_ptr<void> TakePlace(const std::string& spiffe_id) FUSIONHUB_EXCLUDES(mu_);

  const Options options_;
  const CourseParts& course_;
  QuestionIntake& intake_;
  UnidentifiedCalls& unidentified_;
  v1::QueryService::AsyncService service_;
  Mutex mu_;
  std::map<std::string, int> in_flight_ FUSIONHUB_GUARDED_BY(mu_);  // by SPIFFE id
};

}  // namespace fusionhub::broker

#endif  // FUSIONHUB_BROKER_QUERY_SERVICE_H_
